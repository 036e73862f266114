// The processes of this host, read from /proc: the proof that nothing was left behind.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace glovebox {

// Live processes whose arguments contain the text, in all PID namespaces below ours.
std::vector<pid_t> processes_with(const std::string& text);
std::vector<pid_t> children_of(pid_t parent);
std::vector<pid_t> threads_of(pid_t pid);
// Its descendants, from the top down.
std::vector<pid_t> descendants_of(pid_t ancestor);
// The launcher below this keeper, and its slots; not the processes inside them.
std::vector<pid_t> launcher_and_slots(pid_t keeper);
// The process exists and is not a zombie.
bool is_alive(pid_t pid);
// True when no process with the text lives, within two seconds.
bool all_gone(const std::string& text);
// All of these are dead within a few seconds.
bool all_dead(const std::vector<pid_t>& pids);
// One line of /proc/PID/status, such as "VmRSS"; empty if it does not exist.
std::string status_field(pid_t pid, const std::string& field);
// Folders of the cgroup file systems whose name starts with this.
std::vector<std::string> cgroups_named(const std::string& prefix);
// Entries of /proc/PID/fd; 0 where the process is gone.
std::size_t count_descriptors(pid_t pid);

}  // namespace glovebox
