// Watches one running job from its slot: wall clock, CPU time, memory, refused forks and the
// server's packets. Decides how it ended.
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

// How long the processes of a job may take to die after SIGKILL. Those that take longer hang in the
// kernel: their slot is replaced.
inline constexpr std::chrono::seconds kDeathPatience{10};

// Why a slot ended a job. If the tool ended by itself, its wait status shows how.
enum class StopReason {
  kNone,
  kCancelled,
  kOrphaned,  // server or launcher are gone: nobody decided that the job should end
  kWallTime,
  kCpuTime,
  kMemory,
  kProcesses,
  kDisk,
  kPolicy
};

// A job that was refused this many processes is a fork bomb, and is killed.
inline constexpr std::int64_t kRefusedForksBeforeKill = 1000;

class JobWatch {
 public:
  JobWatch(const Limits& limits, CgroupMeter& meter, const JobReport& report)
      : limits_(limits), meter_(meter), report_(report) {}

  // Blocks until the job has ended. Ends the job because of a limit, a Kill packet, or the end of
  // `server` or `lifeline`. If its time is over or a Kill packet arrives, it is asked to end first,
  // and killed after the grace period; for any other reason it is killed at once. Periodically
  // sends the usage to `server` (UsedPacket), unless the socket is full. False: server or launcher
  // are gone or the job does not die, and the slot must end.
  bool wait(JobProcesses& job, const UniqueFd& server, const UniqueFd& lifeline);

  // After wait(): the job was killed because server or launcher are gone. It has no verdict that
  // may be sent: a server that is still there runs it again.
  bool was_orphaned() const { return reason_ == StopReason::kOrphaned; }

  // After wait(): the user and system time of the init and all processes that it waited for
  // (wait4(2)), which are used if there is no cgroup.
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
  // False if the server is gone.
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
  bool over_ = false;                   // the job's own process has ended
  std::optional<Time> asked_, killed_;  // when it was asked to end
  rusage reaped_{};
  std::optional<Usage> usage_;
};

}  // namespace glovebox
