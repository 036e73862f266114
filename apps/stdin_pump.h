// Copies our standard input into a job's, so that the job holds a pipe and never the descriptor
// itself, which may be a terminal or open for more than reading.
//
// Threads: one of its own, from start() to the end of the object.
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

  // Returns the end for the job, which sees the end of file where `source` has it. Call once, after
  // the launcher was forked.
  Result<UniqueFd> start(int source);

 private:
  UniqueFd stop_;
  std::thread thread_;
};

}  // namespace glovebox
