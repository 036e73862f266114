#include "processes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <sstream>
#include <thread>

#include "base/unique_fd.h"

namespace glovebox {
namespace fs = std::filesystem;
namespace {

// Empty if the process is gone, also during the read.
std::string read_proc(pid_t pid, const std::string& entry) {
  std::string path = "/proc/" + std::to_string(pid) + "/" + entry;
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char block[4096];
  for (ssize_t size; (size = ::read(file.get(), block, sizeof block)) > 0;) {
    text.append(block, static_cast<std::size_t>(size));
  }
  return text;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    std::string name = entry.path().filename();
    pid_t pid = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size()) pids.push_back(pid);
  }
  return pids;
}

// State and parent are the first two fields after the name, which may contain anything.
struct Stat {
  char state = 0;
  pid_t parent = 0;
};
Stat read_stat(pid_t pid) {
  std::string text = read_proc(pid, "stat");
  std::size_t after_name = text.rfind(") ");
  Stat stat;
  if (after_name == std::string::npos || text.size() < after_name + 5) return stat;
  stat.state = text[after_name + 2];
  stat.parent = std::atoi(text.c_str() + after_name + 4);
  return stat;
}

bool holds_within(std::chrono::milliseconds time, const std::function<bool()>& holds) {
  auto deadline = std::chrono::steady_clock::now() + time;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace

std::vector<pid_t> processes_with(const std::string& text) {
  std::vector<pid_t> found;
  for (pid_t pid : all_processes()) {
    if (read_proc(pid, "cmdline").find(text) != std::string::npos) found.push_back(pid);
  }
  return found;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (pid_t pid : all_processes()) {
    if (read_stat(pid).parent == parent) found.push_back(pid);
  }
  return found;
}

std::vector<pid_t> descendants_of(pid_t ancestor) {
  std::vector<pid_t> found = children_of(ancestor);
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (pid_t child : children_of(found[i])) found.push_back(child);
  }
  return found;
}

bool is_alive(pid_t pid) {
  char state = read_stat(pid).state;
  return state != 0 && state != 'Z' && state != 'X';
}

bool all_gone(const std::string& text) {
  return holds_within(std::chrono::seconds(2), [&] { return processes_with(text).empty(); });
}

bool all_dead(const std::vector<pid_t>& pids) {
  return holds_within(std::chrono::seconds(10), [&] {
    return std::none_of(pids.begin(), pids.end(), [](pid_t pid) { return is_alive(pid); });
  });
}

std::vector<pid_t> threads_of(pid_t pid) {
  std::vector<pid_t> threads;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    threads.push_back(std::stoi(entry.path().filename()));
  }
  return threads;
}

std::string status_field(pid_t pid, const std::string& field) {
  std::istringstream status(read_proc(pid, "status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(field + ":", 0) == 0) {
      return line.substr(line.find_first_not_of(": \t", field.size()));
    }
  }
  return {};
}

std::vector<std::string> cgroups_named(const std::string& prefix) {
  std::vector<std::string> found;
  std::error_code failure;
  fs::recursive_directory_iterator entries("/sys/fs/cgroup",
                                           fs::directory_options::skip_permission_denied, failure);
  // Other processes create and remove folders while we read.
  for (; !failure && entries != fs::end(entries); entries.increment(failure)) {
    if (entries->path().filename().string().starts_with(prefix)) found.push_back(entries->path());
  }
  return found;
}

std::vector<pid_t> launcher_and_slots(pid_t keeper) {
  std::vector<pid_t> family = children_of(keeper);
  for (std::size_t i = 0, launchers = family.size(); i < launchers; ++i) {
    std::vector<pid_t> slots = children_of(family[i]);
    family.insert(family.end(), slots.begin(), slots.end());
  }
  return family;
}

std::size_t count_descriptors(pid_t pid) {
  std::error_code gone;
  fs::directory_iterator listing("/proc/" + std::to_string(pid) + "/fd", gone);
  return static_cast<std::size_t>(std::distance(fs::begin(listing), fs::end(listing)));
}

}  // namespace glovebox
