#include "sandbox/slot/job_watch.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;

milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

std::chrono::nanoseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

Outcome foreign_call() {
  return Violation{"a system call through another architecture's entry"};
}

constexpr milliseconds kShortestLook{5};
// Interval for reading counters without notifications: peaks, refused forks.
constexpr milliseconds kLongestLook{50};
// Interval between usage reports to the server; shorter jobs send none.
constexpr milliseconds kTellEvery{500};

}  // namespace

bool JobWatch::wait(JobProcesses& job, const UniqueFd& server, const UniqueFd& lifeline) {
  for (;;) {
    bool over = asked_ && !killed_ && over_;  // a descriptor that is permanently readable would
                                              // make this a busy loop
    std::array<pollfd, 6> fds{
        pollfd{over ? -1 : job.end().get(), POLLIN, 0},
        {parents_alive_ ? server.get() : -1, POLLIN, 0},
        {parents_alive_ ? lifeline.get() : -1, POLLIN, 0},
        {reason_ == StopReason::kNone ? meter_.notify_fd() : -1, meter_.notify_events(), 0},
        {job.event_fd(), POLLIN, 0},
        {over ? -1 : job.over_fd(), POLLIN, 0}};
    auto patience = over ? kShortestLook : std::min(time_to_next_look(), job.look_every());
    ::poll(fds.data(), fds.size(), static_cast<int>(patience.count()));
    over_ = over_ || fds[0].revents != 0 || fds[5].revents != 0;
    bool ended = over_ && has_ended(job);
    if (!ended) meter_.sample();
    if (fds[4].revents != 0) job.on_event();
    if (fds[1].revents != 0) parents_alive_ = hear(server);
    if (fds[2].revents != 0) parents_alive_ = false;
    if (!parents_alive_ && !ended && reason_ == StopReason::kNone) reason_ = StopReason::kOrphaned;
    if (!ended && since(looked_) >= job.look_every()) {
      job.look();
      looked_ = std::chrono::steady_clock::now();
    }
    if (!ended && reason_ == StopReason::kNone) reason_ = check_limits();
    if (ended) {
      elapsed_ = since(start_);
      return parents_alive_;
    }
    if (reason_ != StopReason::kNone) stop(job);
    if (killed_ && since(*killed_) > kDeathPatience) return false;
    if (parents_alive_ && since(told_) >= kTellEvery) tell_usage(server);
  }
}

// A job gets a grace period to finish its work if its time has run out or somebody cancelled it. If
// it exceeds another limit, it does not.
bool JobWatch::is_asked_first() const {
  bool may_finish = reason_ == StopReason::kWallTime || reason_ == StopReason::kCpuTime ||
                    reason_ == StopReason::kCancelled;
  return may_finish && parents_alive_ && limits_.grace.count() > 0;
}

void JobWatch::stop(JobProcesses& job) {
  if (!killed_ && is_asked_first()) {
    if (!asked_) {
      asked_ = std::chrono::steady_clock::now();
      return job.terminate();
    }
    if (since(*asked_) < limits_.grace && check_amounts() == StopReason::kNone) return;
  }
  if (!killed_) killed_ = std::chrono::steady_clock::now();
  // It ends as fast as the machine allows.
  meter_.lift_cpu_quota();
  job.kill();
  if (reason_ == StopReason::kMemory) meter_.lift_memory_limit();
}

// The job's own process has ended. During the grace period its other processes may finish.
bool JobWatch::has_ended(JobProcesses& job) {
  return !asked_ || killed_ || since(*asked_) >= limits_.grace || !job.others_live();
}

void JobWatch::tell_usage(const UniqueFd& server) {
  told_ = std::chrono::steady_clock::now();
  (void)offer_packet(server.get(), encode(UsedPacket{count_usage()}));
}

bool JobWatch::hear(const UniqueFd& server) {
  Result<Packet> packet = receive_packet(server.get(), false);
  if (packet.has_error() || packet->end) return false;
  if (packet->empty) return true;
  Result<ToSlot> message = decode_to_slot(packet->bytes);
  bool kill = message.has_value() && std::holds_alternative<KillPacket>(*message);
  // A job that ended because of a limit keeps that verdict.
  if (kill && reason_ == StopReason::kNone) reason_ = StopReason::kCancelled;
  return true;
}

std::chrono::nanoseconds JobWatch::cpu_time() const {
  if (meter_.has_cpu_time()) return meter_.cpu_total();
  return std::chrono::nanoseconds(report_.cpu_ns.load(std::memory_order_relaxed));
}

std::int64_t JobWatch::refused_forks() const {
  return meter_.has_pids() ? meter_.forks_refused() : report_.refused_forks.load();
}

// If refusals are not counted, a job that had its maximum number of processes is assumed to have
// wanted more.
bool JobWatch::met_process_limit(const Usage& used) const {
  if (meter_.has_pids() || report_.forks_are_asked_for) return refused_forks() > 0;
  return used.peak_processes >= limits_.processes;
}

StopReason JobWatch::check_amounts() {
  if (report_.foreign_call) return StopReason::kPolicy;
  if (meter_.has_memory()
          ? meter_.out_of_memory()
          : report_.memory_bytes.load() > static_cast<std::int64_t>(limits_.memory.bytes())) {
    return StopReason::kMemory;
  }
  if (refused_forks() >= kRefusedForksBeforeKill) return StopReason::kProcesses;
  if (report_.disk_bytes.load() > static_cast<std::int64_t>(limits_.disk.bytes())) {
    return StopReason::kDisk;
  }
  return StopReason::kNone;
}

StopReason JobWatch::check_limits() {
  StopReason amount = check_amounts();
  if (amount != StopReason::kNone) return amount;
  if (cpu_time() >= limits_.cpu_time) return StopReason::kCpuTime;
  if (since(start_) >= limits_.wall_time) return StopReason::kWallTime;
  return StopReason::kNone;
}

milliseconds JobWatch::time_to_next_look() {
  if (asked_ && !killed_) {
    return std::clamp(limits_.grace - since(*asked_), milliseconds(1), kLongestLook);
  }
  if (reason_ != StopReason::kNone) return kLongestLook;
  if (looks_++ == 0) return kShortestLook;  // most short jobs end before the first one
  static const auto kCpus = std::max(1u, std::thread::hardware_concurrency());
  // CPU time cannot be used up faster than on all CPUs at once.
  auto cpu_left = std::chrono::duration_cast<milliseconds>(limits_.cpu_time - cpu_time()) / kCpus;
  auto wall_left = limits_.wall_time - since(start_);
  return std::clamp(std::min({cpu_left, wall_left, kLongestLook}), kShortestLook, kLongestLook);
}

LimitExceeded JobWatch::limit(LimitKind which, std::int64_t configured,
                              std::int64_t observed) const {
  LimitExceeded exceeded{which, configured, observed, std::nullopt, std::nullopt};
  if (report_.tool_ended && WIFEXITED(report_.wait_status)) {
    exceeded.exit_code = WEXITSTATUS(report_.wait_status);
  } else if (report_.tool_ended && WIFSIGNALED(report_.wait_status)) {
    exceeded.signal = WTERMSIG(report_.wait_status);
  }
  return exceeded;
}

Outcome JobWatch::judge(bool disk_full) {
  const Usage& used = usage();
  auto memory = [&] {
    auto allowed = static_cast<std::int64_t>(limits_.memory.bytes());
    auto seen = static_cast<std::int64_t>(used.peak_memory.bytes());
    return limit(LimitKind::kMemory, allowed, std::max(seen, allowed));
  };
  switch (reason_) {
    case StopReason::kCancelled:
    case StopReason::kOrphaned:
      return Cancelled{};
    case StopReason::kMemory:
      return memory();
    case StopReason::kWallTime:
      if (!meter_.has_pids() && !report_.forks_are_asked_for && met_process_limit(used)) break;
      return limit(LimitKind::kWallTime, limits_.wall_time.count(), elapsed_.count());
    case StopReason::kCpuTime:
      return limit(LimitKind::kCpuTime, limits_.cpu_time.count(), used.cpu().count());
    case StopReason::kDisk:
      return limit(LimitKind::kDisk, static_cast<std::int64_t>(limits_.disk.bytes()),
                   report_.disk_bytes.load());
    case StopReason::kPolicy:
      return foreign_call();
    case StopReason::kProcesses:
      break;
    case StopReason::kNone:
      if (report_.foreign_call) return foreign_call();
      if (meter_.has_memory() && meter_.oom_kills() > 0) return memory();
      return own_end(disk_full);
  }
  return limit(LimitKind::kProcesses, limits_.processes,
               std::max(used.peak_processes, limits_.processes));
}

Outcome JobWatch::own_end(bool disk_full) {
  int status = report_.wait_status;
  // If the tool did not end and we had no reason to kill, the kernel killed the init, because of
  // memory.
  if (!report_.tool_ended) return Signaled{SIGKILL};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Exited{0};
  int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  auto disk = static_cast<std::int64_t>(limits_.disk.bytes());
  // A tool can raise SIGXFSZ, SIGXCPU and SIGSYS itself: only measurements decide the verdict.
  if (disk_full) return limit(LimitKind::kDisk, disk, disk);
  if (signal == SIGXCPU && usage().cpu() >= limits_.cpu_time) {
    return limit(LimitKind::kCpuTime, limits_.cpu_time.count(), usage().cpu().count());
  }
  if (met_process_limit(usage())) {
    return limit(LimitKind::kProcesses, limits_.processes,
                 std::max(usage().peak_processes, limits_.processes));
  }
  if (signal != 0) return Signaled{signal};
  return Exited{WEXITSTATUS(status)};
}

const Usage& JobWatch::usage() {
  if (!usage_) usage_ = count_usage();
  return *usage_;
}

Usage JobWatch::count_usage() const {
  Usage used;
  auto to_ms = [](auto time) { return std::chrono::duration_cast<milliseconds>(time); };
  if (meter_.has_cpu_time()) {
    CgroupMeter::CpuTimes times = meter_.cpu_times();
    used.user = to_ms(times.user);
    used.system = to_ms(times.total) - used.user;
  } else {
    // A process that was killed before its parent waited for it is only in the watcher's sum.
    auto reaped = duration_of(reaped_.ru_utime) + duration_of(reaped_.ru_stime);
    used.system = to_ms(duration_of(reaped_.ru_stime));
    used.user = to_ms(std::max(reaped, cpu_time())) - used.system;
  }
  used.peak_memory = meter_.has_memory()
                         ? meter_.peak_memory()
                         : ByteCount(static_cast<std::uint64_t>(report_.peak_memory_bytes.load()));
  int processes =
      meter_.has_pids() ? meter_.peak_processes() : static_cast<int>(report_.peak_processes.load());
  used.peak_processes = std::max(1, processes);
  return used;
}

}  // namespace glovebox
