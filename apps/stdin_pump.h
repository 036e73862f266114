// Copies our standard input to a job, so that the job has a pipe and never the descriptor itself,
// which may be a terminal or writable.
//
// Threads: its own, from start() to the end of the object.
#pragma once

#include <thread>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

class StdinPump {
 public:
  StdinPump() = default;
  StdinPump(const StdinPump&) = delete;
  StdinPump& operator=(const StdinPump&) = delete;
  // Stops copying and waits for the thread.
  ~StdinPump();

  // Returns the job's end, which sees the end of file when `source` does. Call once, after the
  // launcher was forked.
  Result<UniqueFd> start(int source);

 private:
  UniqueFd stop_;
  std::thread thread_;
};

}  // namespace glovebox
