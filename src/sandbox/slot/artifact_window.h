// The slot's side of passing artifacts: never more at a time than the server can hold
// (slot_protocol.h).
#pragma once

#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

class ArtifactWindow {
 public:
  // Both are borrowed: the server's socket, and a descriptor that closes with the launcher.
  ArtifactWindow(const UniqueFd& server, const UniqueFd& lifeline)
      : server_(server), lifeline_(lifeline) {}

  // Waits until one more artifact may be sent, and counts it as sent. Fails if server or launcher
  // are gone, or the server takes none for too long.
  Result<void> open(std::int64_t size_bytes);
  // Waits until so few artifacts are untaken that the slot may report the job's end; the server
  // delays that report until it has taken the rest. Always waits for large files, because they are
  // charged to the leaf until they are closed and would be included in the next job's base.
  Result<void> settle();

 private:
  Result<void> await_some();

  const UniqueFd& server_;
  const UniqueFd& lifeline_;
  std::size_t untaken_ = 0;
  std::int64_t untaken_bytes_ = 0;  // at least
};

}  // namespace glovebox
