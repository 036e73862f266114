#include "sandbox/process_watch.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

#include "base/os.h"

namespace glovebox {
namespace {

std::int64_t number_after(std::string_view text, std::string_view key) {
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + key.size());
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Fields 14 to 17 of proc(5) stat: own and waited-for children's, user and system. The name in
// field 2 may hold anything, so counting starts behind its last parenthesis.
std::int64_t cpu_ticks(const std::string& stat) {
  std::size_t at = stat.rfind(')');
  if (at == std::string::npos) return 0;
  long long user = 0, system = 0, child_user = 0, child_system = 0;
  std::sscanf(stat.c_str() + at + 1,
              " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld", &user, &system,
              &child_user, &child_system);
  return user + system + child_user + child_system;
}

// Memory files hold memory without being mapped by anyone. /tmp lies on the job's own tmpfs.
std::int64_t tmpfs_bytes() {
  struct statfs status;
  if (::statfs("/tmp", &status) != 0) return 0;
  return static_cast<std::int64_t>(status.f_blocks - status.f_bfree) * status.f_bsize;
}

void raise(std::atomic<std::int64_t>& peak, std::int64_t value) {
  if (value > peak.load(std::memory_order_relaxed)) peak.store(value, std::memory_order_relaxed);
}

}  // namespace

ProcessWatch::Totals ProcessWatch::add_up() const {
  Totals totals;
  totals.memory_bytes = tmpfs_bytes();
  std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return totals;
  while (const dirent* entry = ::readdir(proc.get())) {
    std::string_view name = entry->d_name;
    if (name == "1" || name.find_first_not_of("0123456789") != std::string_view::npos) continue;
    Result<std::string> status = os::read_file(fmt::format("/proc/{}/status", name), 8192);
    Result<std::string> stat = os::read_file(fmt::format("/proc/{}/stat", name), 4096);
    if (status.has_error() || stat.has_error()) continue;
    totals.memory_bytes += 1024 * number_after(*status, "RssAnon:");
    totals.processes += number_after(*status, "Threads:");
    totals.cpu_ticks += cpu_ticks(*stat);
  }
  return totals;
}

void ProcessWatch::look() {
  Totals totals = add_up();
  rusage reaped;
  ::getrusage(RUSAGE_CHILDREN, &reaped);
  std::int64_t reaped_ns = (reaped.ru_utime.tv_sec + reaped.ru_stime.tv_sec) * 1'000'000'000 +
                           (reaped.ru_utime.tv_usec + reaped.ru_stime.tv_usec) * 1000;
  static const std::int64_t kTickNs = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
  // What died between two looks without being waited for here is not seen until its parent is
  // reaped.
  raise(report_->cpu_ns, totals.cpu_ticks * kTickNs + reaped_ns);
  report_->memory_bytes.store(totals.memory_bytes, std::memory_order_relaxed);
  report_->processes.store(totals.processes, std::memory_order_relaxed);
  raise(report_->peak_memory_bytes, totals.memory_bytes);
  raise(report_->peak_processes, totals.processes);
}

}  // namespace glovebox
