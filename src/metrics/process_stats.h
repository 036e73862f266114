// ProcessStats: what Prometheus' clients report about their own process, under the usual names.
//
// The server may not open /proc after it is confined, so its files are opened before. Threads: one
// at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "base/dir_stream.h"
#include "base/unique_fd.h"

namespace glovebox {

class ProcessStats {
 public:
  // Without /proc it reports what getrusage(2) and getrlimit(2) know.
  static ProcessStats open();
  ProcessStats() = default;

  struct Values {
    double cpu_seconds = 0;  // user and system time of all threads
    std::optional<double> resident_bytes;
    std::optional<double> virtual_bytes;
    std::optional<double> open_fds;
    std::optional<double> max_fds;
    double start_time_seconds = 0;  // since the epoch; the time of open()
  };
  Values read();

 private:
  std::optional<double> count_fds();

  UniqueFd statm_;
  DirStream fds_;
  std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

}  // namespace glovebox
