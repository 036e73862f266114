// StoreHealth: tells a HealthBoard what the database's thread meets, and decides which reports are
// over. A null board is fine. Threads: the store's.
#pragma once

#include <set>
#include <string>

#include "base/error.h"
#include "base/health_board.h"

namespace glovebox {

class StoreHealth {
 public:
  // The board must outlive it.
  explicit StoreHealth(HealthBoard* board) : board_(board) {}

  // A statement failed. Which fault it shows follows from errno_value(), as sqlite.h lists it.
  void failed(const Error& error);
  // A transaction was committed: the disk has room and the file can be written.
  void committed();
  // Whether a write is worth trying only to see if a fault is over.
  bool wants_probe() const { return !passing_.empty(); }

 private:
  void report(const char* code, const char* message, HealthEffect effect);

  HealthBoard* board_;
  std::set<std::string> passing_;  // codes that a commit clears
};

// What who asked is told where the database cannot be used now: kQueueFull with retry_after, and
// the errno as it was. The database's own text, which may hold SQL, goes to the log. Other errors
// pass.
Error told_if_unavailable(Error error);

// Whether the same write would fail again whenever it is tried: too large, or refused by the
// tables. Other faults may pass.
bool fails_for_good(const Error& error);

}  // namespace glovebox
