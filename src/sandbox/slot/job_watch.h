// Watches one running job from its slot: wall clock, CPU time, memory, refused forks and the
// server's packets; and judges how it ended.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <optional>

#include "base/unique_fd.h"
#include "model/limits.h"
#include "model/outcome.h"
#include "sandbox/cgroup/cgroup_meter.h"
#include "sandbox/exec/job_report.h"
#include "sandbox/slot/job_processes.h"

namespace glovebox {

// How long the processes of a job may take to die of SIGKILL. Those that take longer hang in the
// kernel: their slot is replaced.
inline constexpr std::chrono::seconds kDeathPatience{10};

// Why a slot ended a job; what the tool did by itself is in its wait status.
enum class StopReason {
  kNone,
  kCancelled,
  kWallTime,
  kCpuTime,
  kMemory,
  kProcesses,
  kDisk,
  kPolicy
};

// A job to which so many processes were refused is a fork bomb, and is killed.
inline constexpr std::int64_t kRefusedForksBeforeKill = 1000;

class JobWatch {
 public:
  JobWatch(const Limits& limits, CgroupMeter& meter, const JobReport& report)
      : limits_(limits), meter_(meter), report_(report) {}

  // Blocks until the job is over; ends it for a limit, for a Kill packet or the end of `server`, or
  // the end of `lifeline`. For its time or a Kill packet it is asked to end first, and killed once
  // its grace is over; for anything else it is killed at once. Meanwhile sends `server` now and
  // then what is used (UsedPacket), unless the socket is full. False: server or launcher are gone
  // or the job does not die, and the slot must end.
  bool wait(JobProcesses& job, const UniqueFd& server, const UniqueFd& lifeline);

  // After wait(): the user and system time of the init and all that it waited for (wait4(2)), which
  // count where no cgroup does.
  void set_reaped(const rusage& reaped) { reaped_ = reaped; }

  // After set_reaped(). `disk_full`: nothing more could be written when the job ended.
  Outcome judge(bool disk_full);
  // Counted once, so that what the supervisor uses later is not included.
  const Usage& usage();

 private:
  using Time = std::chrono::steady_clock::time_point;

  StopReason check_limits();
  StopReason check_amounts();
  bool is_asked_first() const;
  void stop(JobProcesses& job);
  bool has_ended(JobProcesses& job);
  std::chrono::milliseconds time_to_next_look();
  std::chrono::nanoseconds cpu_time() const;
  std::int64_t refused_forks() const;
  bool met_process_limit(const Usage& used) const;
  // False where the server is gone.
  bool hear(const UniqueFd& server);
  void tell_usage(const UniqueFd& server);
  LimitExceeded limit(LimitKind which, std::int64_t configured, std::int64_t observed) const;
  Outcome own_end(bool disk_full);
  Usage count_usage() const;

  const Limits& limits_;
  CgroupMeter& meter_;
  const JobReport& report_;
  Time start_ = std::chrono::steady_clock::now();
  Time looked_;
  Time told_ = start_;
  std::int64_t looks_ = 0;
  std::chrono::milliseconds elapsed_{0};
  StopReason reason_ = StopReason::kNone;
  bool parents_alive_ = true;
  bool over_ = false;                   // the job's own process is dead
  std::optional<Time> asked_, killed_;  // to end; since when
  rusage reaped_{};
  std::optional<Usage> usage_;
};

}  // namespace glovebox
