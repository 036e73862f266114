// The cgroup leaf of one slot, as its supervisor uses it: sets limits before a job and reads
// counters during and after it. The kernel's counters are not reset; the meter remembers their
// values at the start of the job.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "model/limits.h"
#include "sandbox/cgroup/cgroup_tree.h"

namespace glovebox {

class CgroupMeter {
 public:
  // The slot's own processes, which are in the leaf too: the supervisor and the job's init.
  static constexpr int kOwnProcesses = 2;

  // `record` may be null; otherwise it is kept up to date for the launcher.
  explicit CgroupMeter(CgroupFiles files, std::shared_ptr<LeafRecord> record = nullptr)
      : files_(std::move(files)), record_(std::move(record)) {}

  bool has_memory() const { return files_.memory_limit.valid(); }
  bool has_pids() const { return files_.pids_limit.valid(); }
  bool has_cpu_time() const { return files_.cpu_user.valid(); }

  // Records the counters as the base for the next job. Call it right before begin(), or earlier,
  // while only processes that wait for that job run in the leaf.
  void note_base();
  // Sets the limits, and records the base unless that was done since the last job.
  Result<void> begin(const Limits& limits);
  // Call when the job's outcome has been decided.
  void end();
  // Lifts the memory limit until the next begin() if little memory is left below it. The supervisor
  // is in the same leaf and needs memory to process what a dead job left. Call only after every
  // process of the job has ended.
  void make_room();
  // Lifts the limit unconditionally. Call only when every process of the job has SIGKILL pending:
  // until they have ended, the kernel would otherwise kill the next process that allocates, which
  // may be the supervisor.
  void lift_memory_limit();
  // Lifts the CPU quota until the next begin(). Call when the job is killed: killed processes need
  // CPU time to end, and the supervisor is in the leaf too.
  void lift_cpu_quota();

  // CPU time since begin(). v1 counts the total exactly, but user and system time only in ticks of
  // some milliseconds. So the ticks since the first sample() only split the exact total. Without a
  // sample() all of it counts as user time.
  struct CpuTimes {
    std::chrono::nanoseconds user{0};
    std::chrono::nanoseconds system{0};
    std::chrono::nanoseconds total{0};
  };
  CpuTimes cpu_times() const;
  std::chrono::nanoseconds cpu_total() const;
  // Call this periodically: it raises the peaks if the kernel has no peak per job.
  void sample();
  ByteCount peak_memory() const;
  int peak_processes() const;
  std::int64_t oom_kills() const;
  std::int64_t forks_refused() const;

  // The descriptor and the poll(2) event that signal when to call out_of_memory(); -1 if there is
  // none.
  int notify_fd() const;
  short notify_events() const;
  // Whether the job has run out of memory since begin(). Clears the notification.
  bool out_of_memory() const;

 private:
  Result<void> set_limits(const Limits& limits);
  void wait_for_room(ByteCount limit) const;
  CpuTimes read_cpu() const;
  bool take_notification() const;

  CgroupFiles files_;
  std::shared_ptr<LeafRecord> record_;
  Limits set_limits_{.memory = ByteCount(0), .cpus = 0, .processes = 0};
  CpuTimes cpu_base_;
  bool split_noted_ = true;  // whether cpu_base_ has user and system time
  std::int64_t oom_base_ = 0;
  std::int64_t refused_base_ = 0;
  std::int64_t pids_peak_base_ = 0;
  bool base_noted_ = false;
  bool memory_peak_resets_ = false;
  std::int64_t memory_peak_base_ = 0;
  std::optional<std::int64_t> memory_floor_;  // the lowest base of all jobs so far
  std::optional<std::int64_t> last_peak_;     // as read by make_room()
  std::int64_t sampled_memory_ = 0;
  std::int64_t sampled_processes_ = 0;
};

}  // namespace glovebox
