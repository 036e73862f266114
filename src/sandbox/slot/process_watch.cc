#include "sandbox/slot/process_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxStatus = 8192;
constexpr std::size_t kMostCounted = 1 << 16;

std::int64_t number_after(std::string_view text, std::string_view key) {
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + key.size());
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string read_text(int dir, const std::string& path) {
  char text[kMaxStatus];
  UniqueFd file(::openat(dir, path.c_str(), O_RDONLY | O_CLOEXEC));
  ssize_t n = file.valid() ? ::read(file.get(), text, sizeof text) : -1;
  return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : std::string();
}

void raise(std::atomic<std::int64_t>& peak, std::int64_t value) {
  if (value > peak.load(std::memory_order_relaxed)) peak.store(value, std::memory_order_relaxed);
}

std::int64_t reaped_ns() {
  rusage reaped;
  ::getrusage(RUSAGE_CHILDREN, &reaped);
  return (reaped.ru_utime.tv_sec + reaped.ru_stime.tv_sec) * 1'000'000'000 +
         (reaped.ru_utime.tv_usec + reaped.ru_stime.tv_usec) * 1000;
}

// Adds the numbers of a thread's children; `thread` is its folder in `proc_dir`. False if the
// folder has no such file, or it cannot be read.
bool add_children(int proc_dir, const std::string& thread, std::vector<std::string>& numbers) {
  UniqueFd file(::openat(proc_dir, (thread + "/children").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return false;
  std::string number;
  char block[kMaxStatus];
  for (ssize_t n; (n = ::read(file.get(), block, sizeof block)) > 0;) {
    for (char c : std::string_view(block, static_cast<std::size_t>(n))) {
      if (c != ' ') {
        number += c;
      } else if (!number.empty()) {
        numbers.push_back(std::exchange(number, {}));
      }
    }
  }
  return true;
}

// Entries of a folder of /proc whose names are numbers.
std::vector<std::string> numbers_in(int proc_dir, const std::string& folder) {
  std::vector<std::string> numbers;
  int fd = ::openat(proc_dir, folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::unique_ptr<DIR, int (*)(DIR*)> entries(fd < 0 ? nullptr : ::fdopendir(fd), ::closedir);
  while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
    if (entry->d_name[0] != '.') numbers.emplace_back(entry->d_name);
  }
  return numbers;
}

std::map<pid_t, WatchedProcess> read_all(int proc_dir) {
  std::map<pid_t, WatchedProcess> all;
  int fd = ::openat(proc_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::unique_ptr<DIR, int (*)(DIR*)> proc(fd < 0 ? nullptr : ::fdopendir(fd), ::closedir);
  while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
    pid_t pid = 0;
    std::string_view name = entry->d_name;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.end()) continue;
    // proc(5): the name, field 2, may contain any byte, so counting starts after the last
    // parenthesis. Fields 4 and 5 are parent and group, 14 to 17 the CPU time of the process and of
    // the children that it waited for, 20 its number of threads.
    std::string stat = read_text(proc_dir, fmt::format("{}/stat", pid));
    std::size_t at = stat.rfind(')');
    if (at == std::string::npos) continue;
    WatchedProcess process;
    long long ticks[4] = {};
    long long threads = 0;
    std::sscanf(stat.c_str() + at + 1,
                " %*c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld %*d %*d %lld",
                &process.parent, &process.group, &ticks[0], &ticks[1], &ticks[2], &ticks[3],
                &threads);
    process.cpu_ticks = ticks[0] + ticks[1] + ticks[2] + ticks[3];
    process.threads = threads;
    all.emplace(pid, process);
  }
  return all;
}

}  // namespace

std::vector<pid_t> children_seen_in(int proc_dir) {
  std::vector<pid_t> children;
  char self[32] = {};
  if (::readlinkat(proc_dir, "self", self, sizeof self - 1) < 0) return children;
  for (const auto& [pid, process] : read_all(proc_dir)) {
    if (process.parent == std::atoi(self)) children.push_back(pid);
  }
  return children;
}

ProcessWatch::ProcessWatch(int proc_dir, WatchScope scope, pid_t root, JobReport* report)
    : proc_dir_(proc_dir),
      scope_(scope),
      root_(root),
      report_(report),
      reaped_before_ns_(reaped_ns()) {}

std::map<pid_t, WatchedProcess> ProcessWatch::read_job() const {
  std::map<pid_t, WatchedProcess> all = read_all(proc_dir_);
  std::map<pid_t, WatchedProcess> job;
  if (scope_ == WatchScope::kGroup) {
    std::erase_if(all, [&](const auto& entry) { return entry.second.group != root_; });
    return all;
  }
  std::multimap<pid_t, pid_t> children;
  for (const auto& [pid, process] : all) children.emplace(process.parent, pid);
  std::vector<pid_t> waiting{root_};
  while (!waiting.empty()) {
    pid_t pid = waiting.back();
    waiting.pop_back();
    auto found = all.find(pid);
    if (found == all.end() || !job.insert(*found).second) continue;
    auto [first, last] = children.equal_range(pid);
    for (; first != last; ++first) waiting.push_back(first->second);
  }
  return job;
}

std::int64_t ProcessWatch::count_tasks() const {
  std::int64_t tasks = 0;
  for (const auto& [pid, process] : read_job()) {
    if (scope_ == WatchScope::kGroup || pid != root_) tasks += process.threads;
  }
  return tasks;
}

std::int64_t ProcessWatch::count_tasks_below() const {
  std::vector<std::string> waiting;
  if (!add_children(proc_dir_, "thread-self", waiting)) return -1;
  std::int64_t tasks = 0;
  // A job's limit of processes bounds their number, unless numbers repeat.
  for (std::size_t looked = 0; !waiting.empty() && looked < kMostCounted; ++looked) {
    std::string task = waiting.back() + "/task";
    waiting.pop_back();
    for (const std::string& thread : numbers_in(proc_dir_, task)) {
      ++tasks;
      add_children(proc_dir_, task + "/" + thread, waiting);
    }
  }
  return tasks;
}

std::vector<pid_t> ProcessWatch::processes() const {
  std::vector<pid_t> pids;
  for (const auto& [pid, process] : read_job()) pids.push_back(pid);
  return pids;
}

void ProcessWatch::look(std::int64_t files_bytes) {
  static const std::int64_t kTickNs = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
  std::int64_t private_bytes = 0, shared_bytes = 0, tasks = 0, ticks = 0;
  for (const auto& [pid, process] : read_job()) {
    ticks += process.cpu_ticks;
    if (scope_ == WatchScope::kDescendants && pid == root_) continue;
    tasks += process.threads;
    std::string status = read_text(proc_dir_, fmt::format("{}/status", pid));
    private_bytes += 1024 * number_after(status, "RssAnon:");
    shared_bytes += 1024 * number_after(status, "RssShmem:");
  }
  // Files in memory that are mapped are in both counts.
  std::int64_t memory_bytes = private_bytes + std::max(shared_bytes, files_bytes);
  // A process that ended between two readings without being waited for is seen only when its parent
  // is reaped.
  raise(report_->cpu_ns, ticks * kTickNs + reaped_ns() - reaped_before_ns_);
  report_->memory_bytes.store(memory_bytes, std::memory_order_relaxed);
  report_->processes.store(tasks, std::memory_order_relaxed);
  raise(report_->peak_memory_bytes, memory_bytes);
  raise(report_->peak_processes, tasks);
}

}  // namespace glovebox
