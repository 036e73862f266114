#include "sandbox/job_watch.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "sandbox/packet.h"
#include "sandbox/pidfd.h"
#include "sandbox/slot_protocol.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;

milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

std::chrono::nanoseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

constexpr milliseconds kShortestLook{5};
// Between looks at counters that nothing notifies of: peaks, refused forks, the watcher's totals.
constexpr milliseconds kLongestLook{50};

}  // namespace

bool JobWatch::wait(const UniqueFd& init, const UniqueFd& server, const UniqueFd& lifeline) {
  bool parents_alive = true;
  for (;;) {
    std::array<pollfd, 4> fds{
        pollfd{init.get(), POLLIN, 0},
        {parents_alive ? server.get() : -1, POLLIN, 0},
        {parents_alive ? lifeline.get() : -1, POLLIN, 0},
        {reason_ == StopReason::kNone ? meter_.notify_fd() : -1, meter_.notify_events(), 0}};
    ::poll(fds.data(), fds.size(), static_cast<int>(time_to_next_look().count()));
    meter_.sample();
    bool ended = fds[0].revents != 0;
    if (fds[1].revents != 0) parents_alive = hear(server);
    if (fds[2].revents != 0) parents_alive = false;
    if (!parents_alive && reason_ == StopReason::kNone) reason_ = StopReason::kCancelled;
    if (!ended && reason_ == StopReason::kNone) reason_ = check_limits();
    if (ended) {
      elapsed_ = since(start_);
      return parents_alive;
    }
    // As process 1 of its namespace it takes every other process with it (pid_namespaces(7)).
    if (reason_ != StopReason::kNone) pidfd_kill(init);
  }
}

bool JobWatch::hear(const UniqueFd& server) {
  Result<Packet> packet = receive_packet(server.get(), false);
  if (packet.has_error() || packet->end) return false;
  if (packet->empty) return true;
  Result<ToSlot> message = decode_to_slot(packet->bytes);
  bool kill = message.has_value() && std::holds_alternative<KillPacket>(*message);
  // A job that has ended by a limit keeps that verdict.
  if (kill && reason_ == StopReason::kNone) reason_ = StopReason::kCancelled;
  return true;
}

std::chrono::nanoseconds JobWatch::cpu_time() const {
  if (meter_.has_cpu_time()) return meter_.cpu_times().total;
  return std::chrono::nanoseconds(report_.cpu_ns.load(std::memory_order_relaxed));
}

StopReason JobWatch::check_limits() {
  if (meter_.has_memory()
          ? meter_.out_of_memory()
          : report_.memory_bytes.load() > static_cast<std::int64_t>(limits_.memory.bytes())) {
    return StopReason::kMemory;
  }
  if (meter_.has_pids() && meter_.forks_refused() >= kRefusedForksBeforeKill) {
    return StopReason::kProcesses;
  }
  if (cpu_time() >= limits_.cpu_time) return StopReason::kCpuTime;
  if (since(start_) >= limits_.wall_time) return StopReason::kWallTime;
  return StopReason::kNone;
}

milliseconds JobWatch::time_to_next_look() const {
  if (reason_ != StopReason::kNone) return kLongestLook;
  static const auto kCpus = std::max(1u, std::thread::hardware_concurrency());
  // CPU time cannot be used up sooner than on all CPUs at once.
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

Outcome JobWatch::judge(bool disk_full) const {
  Usage used = usage();
  auto memory = [&] {
    auto allowed = static_cast<std::int64_t>(limits_.memory.bytes());
    auto seen = static_cast<std::int64_t>(used.peak_memory.bytes());
    return limit(LimitKind::kMemory, allowed, std::max(seen, allowed));
  };
  switch (reason_) {
    case StopReason::kCancelled:
      return Cancelled{};
    case StopReason::kMemory:
      return memory();
    case StopReason::kWallTime:
      if (!meter_.has_pids() && used.peak_processes >= limits_.processes) break;
      return limit(LimitKind::kWallTime, limits_.wall_time.count(), elapsed_.count());
    case StopReason::kCpuTime:
      return limit(LimitKind::kCpuTime, limits_.cpu_time.count(), used.cpu().count());
    case StopReason::kProcesses:
      break;
    case StopReason::kNone:
      if (meter_.has_memory() && meter_.oom_kills() > 0) return memory();
      return own_end(disk_full);
  }
  return limit(LimitKind::kProcesses, limits_.processes,
               std::max(used.peak_processes, limits_.processes));
}

Outcome JobWatch::own_end(bool disk_full) const {
  int status = report_.wait_status;
  // Without a tool's end or a reason of ours, the init itself was killed: by the kernel, for
  // memory.
  if (!report_.tool_ended) return Signaled{SIGKILL};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Exited{0};
  int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  auto disk = static_cast<std::int64_t>(limits_.disk.bytes());
  if (signal == SIGXFSZ || disk_full) return limit(LimitKind::kDisk, disk, disk);
  if (signal == SIGXCPU) {
    return limit(LimitKind::kCpuTime, limits_.cpu_time.count(), usage().cpu().count());
  }
  bool refused = meter_.has_pids() ? meter_.forks_refused() > 0
                                   : report_.peak_processes.load() >= limits_.processes;
  if (refused) {
    return limit(LimitKind::kProcesses, limits_.processes,
                 std::max(usage().peak_processes, limits_.processes));
  }
  if (signal == SIGSYS)
    return Violation{"a system call through another architecture's entry (SIGSYS)"};
  if (signal != 0) return Signaled{signal};
  return Exited{WEXITSTATUS(status)};
}

Usage JobWatch::usage() const {
  Usage used;
  auto to_ms = [](auto time) { return std::chrono::duration_cast<milliseconds>(time); };
  if (meter_.has_cpu_time()) {
    CgroupMeter::CpuTimes times = meter_.cpu_times();
    used.user = to_ms(times.user);
    used.system = to_ms(times.total) - used.user;
  } else {
    // Who was killed before anybody waited for it is in the watcher's sum alone.
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
