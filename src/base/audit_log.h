// AuditLog: who uploaded, ran, cancelled and deleted what, and which keys were refused. Each event
// is one line of JSON in a file of its own, or, without a file, an event of the log.
//
// Rotation: rename the file, and the next event begins a new one; SIGHUP (reopen()) does the same
// at once. copytruncate works too, because every line is appended with one write(2). An event that
// the file cannot take goes to the log, and the health board gets the reason "audit_log".
// Threads: the event loop.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/health_board.h"
#include "base/log_event.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

class AuditLog {
 public:
  // Events go to the log.
  AuditLog() = default;
  // Creates the file with mode 0640 if it does not exist. `health` must outlive the log.
  static Result<std::unique_ptr<AuditLog>> open(std::string path, HealthBoard& health);

  void write(const LogEvent& event);
  // The file at the path, even if the open one is not full or gone.
  void reopen();

 private:
  Result<UniqueFd> open_file() const;
  bool was_replaced() const;
  Result<void> append(const LogEvent& event);

  std::string path_;
  HealthBoard* health_ = nullptr;
  UniqueFd file_;
  bool torn_ = false;  // the file does not end with a whole line
};

}  // namespace glovebox
