#include "sandbox/cgroup/cgroup_meter.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/os.h"
#include "sandbox/cgroup/keyed_numbers.h"

namespace glovebox {
namespace {

constexpr std::chrono::seconds kLongestWaitForRoom{1};

std::string read_text(const UniqueFd& fd) {
  if (!fd.valid()) return {};
  Result<std::string> text = os::pread_text(fd.get(), "cgroup");
  return text.has_value() ? *text : std::string();
}

std::int64_t read_number(const UniqueFd& fd) {
  return to_number(read_text(fd));
}

std::int64_t read_keyed(const UniqueFd& fd, std::string_view key) {
  return find_keyed(read_text(fd), key);
}

Result<void> set_memory(const CgroupFiles& files, std::string_view limit) {
  if (files.version == 2) {
    if (files.memory_swap_limit.valid()) {
      GB_TRY_VOID(os::write_fd(files.memory_swap_limit.get(), "0", "memory.swap.max"));
    }
    return os::write_fd(files.memory_limit.get(), limit, "memory.max");
  }
  // v1 requires memory+swap >= memory at all times, so the limit of memory+swap is lifted first.
  bool swap = files.memory_swap_limit.valid();
  if (swap) GB_TRY_VOID(os::write_fd(files.memory_swap_limit.get(), "-1", "memory.memsw"));
  GB_TRY_VOID(os::write_fd(files.memory_limit.get(), limit, "memory.limit_in_bytes"));
  if (swap) GB_TRY_VOID(os::write_fd(files.memory_swap_limit.get(), limit, "memory.memsw"));
  return ok();
}

Result<void> set_cpus(const CgroupFiles& files, double cpus) {
  constexpr int kPeriodUs = 100'000;  // the kernel's default
  auto quota = std::max<std::int64_t>(1000, static_cast<std::int64_t>(cpus * kPeriodUs));
  std::string text =
      files.version == 2 ? fmt::format("{} {}", quota, kPeriodUs) : std::to_string(quota);
  return os::write_fd(files.cpu_limit.get(), text, "cpu quota");
}

}  // namespace

// The memory that an earlier job left charged to the leaf may exceed the next job's limit: page
// cache and dentries that it was the first to use, and objects that the kernel frees some time
// after their last user ended (for example messages of an IPC namespace). With such a limit the
// kernel would kill the next process that allocates. So this reclaims caches immediately and waits
// for the rest.
void CgroupMeter::wait_for_room(ByteCount limit) const {
  std::int64_t wanted = static_cast<std::int64_t>(limit.bytes() / 2);
  std::int64_t used = read_number(files_.memory_current);
  if (used <= wanted) return;
  // Fails if less than that can be reclaimed.
  if (files_.memory_reclaim.valid()) {
    std::string text = files_.version == 2 ? std::to_string(used - wanted) : "0";
    (void)os::write_fd(files_.memory_reclaim.get(), text, "memory reclaim");
  }
  auto until = std::chrono::steady_clock::now() + kLongestWaitForRoom;
  while (read_number(files_.memory_current) > wanted && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Result<void> CgroupMeter::set_limits(const Limits& limits) {
  // Remembers each limit when it is set: if a later one fails, the next job knows which are in
  // effect.
  if (has_memory() && limits.memory != set_limits_.memory) {
    wait_for_room(limits.memory);
    GB_TRY_VOID(set_memory(files_, std::to_string(limits.memory.bytes())));
    set_limits_.memory = limits.memory;
  }
  if (has_pids() && limits.processes != set_limits_.processes) {
    GB_TRY_VOID(os::write_fd(files_.pids_limit.get(),
                             std::to_string(limits.processes + kOwnProcesses), "pids.max"));
    set_limits_.processes = limits.processes;
  }
  if (files_.cpu_limit.valid() && limits.cpus != set_limits_.cpus) {
    GB_TRY_VOID(set_cpus(files_, limits.cpus));
    set_limits_.cpus = limits.cpus;
  }
  return ok();
}

Result<void> CgroupMeter::begin(const Limits& limits) {
  GB_TRY_VOID(set_limits(limits));
  if (!base_noted_) note_base();
  base_noted_ = false;
  if (record_) record_->job_memory_limit = static_cast<std::int64_t>(limits.memory.bytes());
  return ok();
}

void CgroupMeter::end() {
  if (record_) record_->job_memory_limit = 0;
}

void CgroupMeter::note_base() {
  base_noted_ = true;
  // v1 resets the peak on any write; v2 since Linux 6.12, and only for this descriptor.
  memory_peak_resets_ =
      files_.memory_peak.valid() && os::write_fd(files_.memory_peak.get(), "0", "peak").has_value();
  memory_peak_base_ = read_number(files_.memory_peak);
  if (memory_peak_resets_) {
    memory_floor_ = std::min(memory_floor_.value_or(memory_peak_base_), memory_peak_base_);
  }
  // Reading how an exact total is split is worthwhile only for longer jobs; see sample().
  split_noted_ = !files_.cpu_total.valid();
  cpu_base_ = read_cpu();
  std::string memory_events = read_text(files_.memory_events);
  oom_base_ = find_keyed(memory_events, "oom_kill");
  if (record_) {
    record_->oom_kills = oom_base_;
    record_->oom_events = find_keyed(memory_events, "oom");
  }
  refused_base_ = read_keyed(files_.pids_events, "max");
  pids_peak_base_ = read_number(files_.pids_peak);
  sampled_memory_ = 0;
  sampled_processes_ = 0;
  last_peak_.reset();
  if (files_.memory_notify.valid())
    take_notification();  // otherwise reading the events has armed
                          // it
}

void CgroupMeter::make_room() {
  if (!has_memory()) return;
  if (memory_peak_resets_) {
    last_peak_ = read_number(files_.memory_peak);
    // The memory in use is now at most that.
    if (*last_peak_ < static_cast<std::int64_t>(set_limits_.memory.bytes() / 2)) return;
  }
  auto used =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, read_number(files_.memory_current)));
  if (files_.memory_current.valid() && used < set_limits_.memory.bytes() / 2) return;
  lift_memory_limit();
}

void CgroupMeter::lift_memory_limit() {
  bool is_lifted = set_limits_.memory == ByteCount(0);
  if (!has_memory() || is_lifted) return;
  set_limits_.memory = ByteCount(0);  // no job has this limit, so the next begin() sets it
  // If this fails, the supervisor's next step may fail, and reports that.
  (void)set_memory(files_, files_.version == 2 ? "max" : "-1");
}

void CgroupMeter::lift_cpu_quota() {
  bool is_lifted = set_limits_.cpus == 0;
  if (!files_.cpu_limit.valid() || is_lifted) return;
  set_limits_.cpus = 0;  // no job has this limit, so the next begin() sets it
  // If this fails, the kill takes longer but still succeeds.
  (void)os::write_fd(files_.cpu_limit.get(), files_.version == 2 ? "max" : "-1", "cpu quota");
}

CgroupMeter::CpuTimes CgroupMeter::read_cpu() const {
  CpuTimes times;
  if (files_.version == 2) {
    std::string text = read_text(files_.cpu_user);
    times.user = std::chrono::microseconds(find_keyed(text, "user_usec"));
    times.system = std::chrono::microseconds(find_keyed(text, "system_usec"));
  } else if (split_noted_) {
    times.user = std::chrono::nanoseconds(read_number(files_.cpu_user));
    times.system = std::chrono::nanoseconds(read_number(files_.cpu_system));
  }
  times.total = files_.cpu_total.valid() ? std::chrono::nanoseconds(read_number(files_.cpu_total))
                                         : times.user + times.system;
  return times;
}

CgroupMeter::CpuTimes CgroupMeter::cpu_times() const {
  CpuTimes now = read_cpu();
  CpuTimes used;
  used.total = now.total - cpu_base_.total;
  auto user = static_cast<double>((now.user - cpu_base_.user).count());
  auto system = static_cast<double>((now.system - cpu_base_.system).count());
  double share = user + system > 0 ? user / (user + system) : 1;
  used.user = std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(used.total.count()) * share));
  used.system = used.total - used.user;
  return used;
}

std::chrono::nanoseconds CgroupMeter::cpu_total() const {
  return files_.cpu_total.valid()
             ? std::chrono::nanoseconds(read_number(files_.cpu_total)) - cpu_base_.total
             : cpu_times().total;
}

void CgroupMeter::sample() {
  if (!split_noted_ && has_cpu_time()) {
    split_noted_ = true;
    CpuTimes now = read_cpu();
    cpu_base_.user = now.user;
    cpu_base_.system = now.system;
  }
  if (!memory_peak_resets_) {
    sampled_memory_ = std::max(sampled_memory_, read_number(files_.memory_current));
  }
  sampled_processes_ = std::max(sampled_processes_, read_number(files_.pids_current));
}

ByteCount CgroupMeter::peak_memory() const {
  // A peak that cannot be reset describes this job only if it rose during the job.
  std::int64_t kernel_peak = last_peak_ ? *last_peak_ : read_number(files_.memory_peak);
  // The base exceeds the leaf's lowest base by page cache that earlier jobs were the first to read.
  // It stays charged until memory is needed, so it is subtracted. The lowest base itself (the job's
  // init, pages that the kernel charges in advance) counts for every job; a peak of a few pages
  // shows nothing else.
  if (memory_peak_resets_) kernel_peak -= memory_peak_base_ - memory_floor_.value_or(0);
  bool is_ours = memory_peak_resets_ || kernel_peak > memory_peak_base_;
  std::int64_t peak = is_ours ? kernel_peak : sampled_memory_;
  return ByteCount(static_cast<std::uint64_t>(std::max<std::int64_t>(0, peak)));
}

int CgroupMeter::peak_processes() const {
  // pids.peak never falls; only a new maximum belongs to this job.
  std::int64_t kernel_peak = read_number(files_.pids_peak);
  std::int64_t peak = kernel_peak > pids_peak_base_ ? kernel_peak : sampled_processes_;
  return static_cast<int>(std::max<std::int64_t>(0, peak - kOwnProcesses));
}

std::int64_t CgroupMeter::oom_kills() const {
  return read_keyed(files_.memory_events, "oom_kill") - oom_base_;
}

std::int64_t CgroupMeter::forks_refused() const {
  return read_keyed(files_.pids_events, "max") - refused_base_;
}

int CgroupMeter::notify_fd() const {
  return files_.memory_notify.valid() ? files_.memory_notify.get() : files_.memory_events.get();
}

short CgroupMeter::notify_events() const {
  return files_.memory_notify.valid() ? POLLIN : POLLPRI;
}

bool CgroupMeter::take_notification() const {
  if (!files_.memory_notify.valid()) {
    read_text(files_.memory_events);  // v2: reading arms the next notification
    return false;
  }
  std::uint64_t count = 0;
  return ::read(files_.memory_notify.get(), &count, sizeof count) > 0;
}

bool CgroupMeter::out_of_memory() const {
  // v1 notifies before the kill, when the counter is still unchanged; v2 also notifies of less
  // serious events.
  bool notified = take_notification();
  return notified || oom_kills() > 0;
}

}  // namespace glovebox
