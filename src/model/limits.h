// Limits of one job, and its actual usage.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace glovebox {

struct Limits {
  // From the tool's first instruction to its end.
  std::chrono::milliseconds wall_time{60'000};
  // User and system time of all processes of the job.
  std::chrono::milliseconds cpu_time{60'000};
  // Memory of all processes together, including tmpfs files.
  ByteCount memory{512ULL << 20};
  // Share of a CPU; 1.5 is one and a half CPUs.
  double cpus = 1.0;
  // Time between SIGTERM and SIGKILL at a time limit or a cancel; 0: kill immediately.
  std::chrono::milliseconds grace{1'000};
  // Processes and threads alive at once.
  int processes = 64;
  // Bytes below /work, /tmp and /dev/shm together; also the limit of one file.
  ByteCount disk{256ULL << 20};
  // Descriptors open at once in one process.
  int open_files = 256;
  // Stored output. Output over the limit is dropped and flagged; the tool continues.
  std::int64_t output_lines = 10'000;
  ByteCount output_bytes{1ULL << 20};

  bool operator==(const Limits&) const = default;
};

// The limits that end a job.
enum class LimitKind { kWallTime, kCpuTime, kMemory, kProcesses, kDisk };
// The names in `reason` of an Execution: "wall-time", "cpu-time", "memory", "processes", "disk".
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
