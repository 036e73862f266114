// The slot's side of handing artifacts over: never more than the server can hold (slot_protocol.h).
#pragma once

#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

class ArtifactWindow {
 public:
  // Both are borrowed: the server's socket, and what ends with the launcher.
  ArtifactWindow(const UniqueFd& server, const UniqueFd& lifeline)
      : server_(server), lifeline_(lifeline) {}

  // Waits until there is room for one more, which is then counted as sent. An Error where server or
  // launcher are gone, or the server takes none for too long.
  Result<void> open(std::int64_t size_bytes);
  // Waits until so little is untaken that the slot may say that the job has ended: the server holds
  // that back until it has taken the rest. Larger files are waited for, since they are charged to
  // the leaf until they are closed, and would count in the next job's base.
  Result<void> settle();

 private:
  Result<void> await_some();

  const UniqueFd& server_;
  const UniqueFd& lifeline_;
  std::size_t untaken_ = 0;
  std::int64_t untaken_bytes_ = 0;  // at least
};

}  // namespace glovebox
