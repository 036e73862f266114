// One slot's leaf, as its supervisor uses it: limits set before a job, counters read during and
// after. The kernel's counters are never reset; the meter remembers their value at the job's begin.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "model/limits.h"
#include "sandbox/cgroup/cgroup_tree.h"

namespace glovebox {

class CgroupMeter {
 public:
  // Processes of the slot itself, which live in the leaf too: the supervisor and the job's init.
  static constexpr int kOwnProcesses = 2;

  // `record`, where not null, is kept up to date for the launcher.
  explicit CgroupMeter(CgroupFiles files, std::shared_ptr<LeafRecord> record = nullptr)
      : files_(std::move(files)), record_(std::move(record)) {}

  bool has_memory() const { return files_.memory_limit.valid(); }
  bool has_pids() const { return files_.pids_limit.valid(); }
  bool has_cpu_time() const { return files_.cpu_user.valid(); }

  // Notes the counters for the next job: right before begin(), or earlier, while nothing runs in
  // the leaf but what waits for that job.
  void note_base();
  // Sets the limits, and notes the base unless that was done since the last job.
  Result<void> begin(const Limits& limits);
  // Call when the job has been judged.
  void end();
  // Lifts the memory limit until the next begin() where little is left below it: for the
  // supervisor, which lives in the leaf too and works on what a dead job left there. Only once no
  // process of the job lives.
  void make_room();
  // Lifts it in any case. Only once every process of the job has SIGKILL pending: until they are
  // gone, the kernel would otherwise kill whoever asks for memory next, the supervisor among them.
  void lift_memory_limit();
  // Lifts the CPU quota until the next begin(). Call when the job is killed: killed processes need
  // the CPU to end, and so does the supervisor, which is in the leaf too.
  void lift_cpu_quota();

  // Since begin(). v1 counts the total exactly, but user and system time only in ticks of some
  // milliseconds. So the ticks since the first sample() only split the exact total. Without a
  // sample() all of it counts as user time.
  struct CpuTimes {
    std::chrono::nanoseconds user{0};
    std::chrono::nanoseconds system{0};
    std::chrono::nanoseconds total{0};
  };
  CpuTimes cpu_times() const;
  std::chrono::nanoseconds cpu_total() const;
  // Call now and then: raises the peaks where the kernel keeps none for one job.
  void sample();
  ByteCount peak_memory() const;
  int peak_processes() const;
  std::int64_t oom_kills() const;
  std::int64_t forks_refused() const;

  // The descriptor, and the poll(2) event on it, after which out_of_memory() is worth calling; -1
  // for none.
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
  bool split_noted_ = true;  // cpu_base_ has user and system time
  std::int64_t oom_base_ = 0;
  std::int64_t refused_base_ = 0;
  std::int64_t pids_peak_base_ = 0;
  bool base_noted_ = false;
  bool memory_peak_resets_ = false;
  std::int64_t memory_peak_base_ = 0;
  std::optional<std::int64_t> memory_floor_;  // the lowest base of all jobs so far
  std::optional<std::int64_t> last_peak_;     // as make_room() has read it
  std::int64_t sampled_memory_ = 0;
  std::int64_t sampled_processes_ = 0;
};

}  // namespace glovebox
