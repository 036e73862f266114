// A page shared by a supervisor and its job's init: how far the job got and how its tool ended. It
// is mapped before the clone; the tool loses it at exec.
#pragma once

#include <atomic>
#include <cstdint>

namespace glovebox {

struct JobReport {
  // Set-up failed at this step (a name of setup_step.h) with this errno; the tool never ran.
  char failed_step[32];
  int failed_errno;
  // argv[0] could not be executed; the tool never ran.
  int exec_errno;
  // The time just before the tool's program was executed, on CLOCK_MONOTONIC; 0: it never was.
  std::int64_t exec_ns;
  // The tool's wait status (waitpid(2)), once it has one.
  bool tool_ended;
  int wait_status;
  // Written by the watcher if there is no cgroup that counts.
  std::atomic<std::int64_t> cpu_ns;
  std::atomic<std::int64_t> memory_bytes;
  std::atomic<std::int64_t> processes;
  std::atomic<std::int64_t> peak_memory_bytes;
  std::atomic<std::int64_t> peak_processes;
  // Whether the supervisor decides on each new process, and how many it refused.
  std::atomic<bool> forks_are_asked_for;
  std::atomic<std::int64_t> refused_forks;
  // A process of the job made a system call through another architecture's entry.
  std::atomic<bool> foreign_call;
  // Bytes in the job's files, if no file system enforces the disk limit.
  std::atomic<std::int64_t> disk_bytes;
};

}  // namespace glovebox
