// What one job may use, and what it did use.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace glovebox {

struct Limits {
  // From the first instruction of the tool to its end.
  std::chrono::milliseconds wall_time{60'000};
  // User and system time of all processes of the job together.
  std::chrono::milliseconds cpu_time{60'000};
  // All processes together, their tmpfs files included.
  ByteCount memory{512ULL << 20};
  // Share of one CPU; 1.5 is one and a half.
  double cpus = 1.0;
  // Between SIGTERM and SIGKILL where a job is ended for its time or on request; 0: killed at once.
  std::chrono::milliseconds grace{1'000};
  // Processes and threads alive at one time.
  int processes = 64;
  // What may be written below /work, /tmp and /dev/shm together; also the largest file.
  ByteCount disk{256ULL << 20};
  // Descriptors open at one time in one process.
  int open_files = 256;
  // Output kept: what is over is dropped and flagged, the tool goes on.
  std::int64_t output_lines = 10'000;
  ByteCount output_bytes{1ULL << 20};

  bool operator==(const Limits&) const = default;
};

// The limits that end a job.
enum class LimitKind { kWallTime, kCpuTime, kMemory, kProcesses, kDisk };
// As `reason` names them in an Execution: "wall-time", "cpu-time", "memory", "processes", "disk".
std::string_view limit_name(LimitKind kind);

struct Usage {
  std::chrono::milliseconds user{0};
  std::chrono::milliseconds system{0};
  ByteCount peak_memory;
  int peak_processes = 0;

  std::chrono::milliseconds cpu() const { return user + system; }
  bool operator==(const Usage&) const = default;
};

}  // namespace glovebox
