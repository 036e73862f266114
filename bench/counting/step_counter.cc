// Counts what processes, given by their ids, and their clones do up to exec: each instruction, by
// single steps (ptrace(2)), or each system call, by name. It works with the clones of the sandbox,
// which no simulator can run, and it is exact; a step takes microseconds.
//
// After a line on standard input, it waits until nothing has happened for a while, because work of
// a job continues after its end is reported. Then it prints the counts since the last line, as a
// line of JSON. The end of standard input ends it. Processes below one root with the same depth are
// counted as one.
#include <dirent.h>
#include <elf.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

constexpr int kTickMs = 20;
constexpr int kQuietTicks = 6;
constexpr int kEverStopMs = 60'000;
constexpr long kOptions = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                          PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

// Which of the given processes, and how many clones below it.
struct Role {
  std::size_t root = 0;
  int depth = 0;
  auto operator<=>(const Role&) const = default;
};

struct Counts {
  std::size_t processes = 0;  // started meanwhile
  std::map<std::uint64_t, std::size_t> calls;
  std::unordered_map<std::uint64_t, std::size_t> instructions;  // by address
};

struct Tracee {
  Role role;
  bool known = false;  // its parent's event has arrived
  bool held = false;   // stopped before that event
  std::uint64_t address = 0;
};

std::string state_of(pid_t thread) {
  std::ifstream file("/proc/" + std::to_string(thread) + "/stat");
  std::string text;
  std::getline(file, text);
  std::size_t end = text.rfind(')');
  return end == std::string::npos ? "" : text.substr(end + 2, 1);
}

pid_t process_of(pid_t thread) {
  std::ifstream file("/proc/" + std::to_string(thread) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Tgid:")) return std::atoi(line.c_str() + 5);
  }
  return -1;
}

std::vector<pid_t> threads_of(pid_t process) {
  std::vector<pid_t> threads;
  DIR* folder = ::opendir(("/proc/" + std::to_string(process) + "/task").c_str());
  if (folder == nullptr) give_up("no process " + std::to_string(process));
  while (dirent* entry = ::readdir(folder)) {
    if (pid_t thread = std::atoi(entry->d_name)) threads.push_back(thread);
  }
  ::closedir(folder);
  return threads;
}

std::vector<pid_t> children_of(pid_t thread) {
  std::string process = std::to_string(thread);
  std::ifstream file("/proc/" + process + "/task/" + process + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

// Of the next instruction.
std::uint64_t address_of(pid_t thread) {
#if defined(__x86_64__)
  return static_cast<std::uint64_t>(
      ::ptrace(PTRACE_PEEKUSER, thread, offsetof(user_regs_struct, rip), 0));
#else
  user_regs_struct registers{};
  iovec all{&registers, sizeof registers};
  ::ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all);
  return registers.pc;
#endif
}

class Counter {
 public:
  Counter(std::vector<pid_t> roots, bool steps, bool alone)
      : roots_(std::move(roots)), steps_(steps), alone_(alone) {
    for (std::size_t root = 0; root < roots_.size(); ++root) seize(roots_[root], {root, 0});
  }

  void run() {
    int quiet = 0, waited_ms = 0;
    for (;;) {
      int status = 0;
      pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread > 0) {
        stopped_ = true;
        take(thread, status);
      } else if (errno != EINTR) {
        give_up("what is counted has ended");
      } else {  // a tick
        quiet = std::exchange(stopped_, false) || !all_sleep() ? 0 : quiet + 1;
        if (command_.empty() && !read_command()) return let_all_go();
        waited_ms = command_.empty() ? 0 : waited_ms + kTickMs;
        if (waited_ms > kEverStopMs) give_up("what is counted does not come to rest");
        if (!command_.empty() && quiet >= kQuietTicks) obey();
      }
    }
  }

 private:
  void seize(pid_t process, Role role) {
    for (pid_t thread : threads_of(process)) {
      if (::ptrace(PTRACE_SEIZE, thread, 0, kOptions) != 0) give_up("ptrace");
      if (::ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0) give_up("ptrace");
      tracees_[thread] = {role, true};
    }
    // Existing children of the first process; those of others are not examined.
    if (role.root > 0) return;
    ++role.depth;
    for (pid_t child : children_of(process)) seize(child, role);
  }

  // False at the end of the input.
  bool read_command() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 0) != 1) return true;
    char text[32];
    ssize_t n = ::read(STDIN_FILENO, text, sizeof text);
    if (n <= 0) return false;
    command_.assign(text, static_cast<std::size_t>(n));
    return true;
  }

  void obey() {
    // A tick in the middle of a long line would cut it off.
    sigset_t ticks;
    sigemptyset(&ticks);
    sigaddset(&ticks, SIGALRM);
    ::sigprocmask(SIG_BLOCK, &ticks, nullptr);
    print();
    std::fflush(stdout);
    ::sigprocmask(SIG_UNBLOCK, &ticks, nullptr);
    counts_.clear();
    command_.clear();
  }

  bool all_sleep() const {
    for (auto& [thread, tracee] : tracees_) {
      if (state_of(thread) != "S") return false;
    }
    return true;
  }

  void go_on(pid_t thread, Tracee& tracee, int signal) {
    bool steps = steps_ && (!alone_ || tracee.role.depth == 0);
    if (steps) tracee.address = address_of(thread);
    __ptrace_request how = steps ? PTRACE_SINGLESTEP : steps_ ? PTRACE_CONT : PTRACE_SYSCALL;
    // waitpid reports a process that was killed meanwhile.
    ::ptrace(how, thread, 0, signal);
  }

  void take(pid_t thread, int status) {
    if (!WIFSTOPPED(status)) {
      tracees_.erase(thread);
      return;
    }
    Tracee& tracee = tracees_[thread];
    if (!tracee.known) {
      tracee.held = true;
      return;
    }
    int event = status >> 16, signal = WSTOPSIG(status);
    if (event == PTRACE_EVENT_EXEC) return let_go(thread);
    if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
      adopt(thread, tracee.role);
    } else if (event == 0 && signal == (SIGTRAP | 0x80)) {
      count_call(thread, tracee);
    } else if (event == 0 && signal == SIGTRAP && steps_) {
      count_step(thread, tracee);
    } else if (event == 0) {
      return go_on(thread, tracee, signal);
    }
    go_on(thread, tracee, 0);
  }

  // A process that continues without stepping would mistake the trap of its next step for its own.
  void let_all_go() {
    for (auto& [thread, tracee] : tracees_) ::ptrace(PTRACE_INTERRUPT, thread, 0, 0);
    while (!tracees_.empty()) {
      int status = 0;
      pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread > 0 && WIFSTOPPED(status)) ::ptrace(PTRACE_DETACH, thread, 0, 0);
      if (thread > 0) tracees_.erase(thread);
      if (thread < 0 && errno != EINTR) return;
    }
  }

  void let_go(pid_t thread) {
    ::ptrace(PTRACE_DETACH, thread, 0, 0);
    tracees_.erase(thread);
  }

  void adopt(pid_t parent, Role role) {
    unsigned long child = 0;
    ::ptrace(PTRACE_GETEVENTMSG, parent, 0, &child);
    auto thread = static_cast<pid_t>(child);
    bool is_thread = process_of(thread) == process_of(parent);
    if (!is_thread) ++role.depth;
    if (!is_thread) ++counts_[role].processes;
    Tracee& tracee = tracees_[thread];
    tracee.role = role;
    tracee.known = true;
    if (std::exchange(tracee.held, false)) go_on(thread, tracee, 0);
  }

  void count_call(pid_t thread, const Tracee& tracee) {
    __ptrace_syscall_info info{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) ++counts_[tracee.role].calls[info.entry.nr];
  }

  // A string instruction stops after each iteration: it counts as one.
  void count_step(pid_t thread, const Tracee& tracee) {
    if (address_of(thread) != tracee.address) {
      ++counts_[tracee.role].instructions[tracee.address];
    }
  }

  void print() const;

  std::vector<pid_t> roots_;
  bool steps_;
  bool alone_;  // processes below the roots run at full speed
  std::unordered_map<pid_t, Tracee> tracees_;
  std::map<Role, Counts> counts_;
  std::string command_;
  bool stopped_ = false;
};

// The address of a file's code in a process.
struct Mapping {
  std::uint64_t begin = 0, end = 0, base = 0;
  std::string file;
};

std::vector<Mapping> mappings_of(pid_t process) {
  std::vector<Mapping> mappings;
  std::ifstream file("/proc/" + std::to_string(process) + "/maps");
  for (std::string line; std::getline(file, line);) {
    Mapping mapping;
    unsigned long long begin = 0, end = 0, offset = 0;
    int name = 0;
    if (std::sscanf(line.c_str(), "%llx-%llx %*s %llx %*s %*s %n", &begin, &end, &offset, &name) <
        3)
      continue;
    mapping.begin = begin;
    mapping.end = end;
    mapping.file = line.substr(static_cast<std::size_t>(name));
    mapping.base = begin - offset;
    bool same = !mappings.empty() && mappings.back().file == mapping.file;
    if (same) mapping.base = mappings.back().base;
    mappings.push_back(mapping);
  }
  return mappings;
}

std::string place_of(const std::vector<Mapping>& mappings, std::uint64_t address) {
  std::ostringstream text;
  for (const Mapping& mapping : mappings) {
    if (address < mapping.begin || address >= mapping.end) continue;
    text << '"' << mapping.file << "\", " << address - mapping.base;
    return text.str();
  }
  return "\"\", 0";
}

std::string name_of(std::uint64_t call) {
  char* name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(call));
  std::string text = name == nullptr ? std::to_string(call) : name;
  std::free(name);
  return text;
}

void Counter::print() const {
  const char* comma = "";
  std::printf("{\"roles\": [");
  for (auto& [role, counts] : counts_) {
    std::printf("%s{\"root\": %zu, \"depth\": %d, \"processes\": %zu, \"calls\": {",
                std::exchange(comma, ", "), role.root, role.depth, counts.processes);
    const char* inner = "";
    for (auto [call, times] : counts.calls) {
      std::printf("%s\"%s\": %zu", std::exchange(inner, ", "), name_of(call).c_str(), times);
    }
    std::printf("}, \"instructions\": [");
    std::vector<Mapping> mappings = mappings_of(roots_[role.root]);
    inner = "";
    for (auto [address, times] : counts.instructions) {
      std::printf("%s[%s, %zu]", std::exchange(inner, ", "), place_of(mappings, address).c_str(),
                  times);
    }
    std::printf("]}");
  }
  std::printf("]}\n");
}

void start_ticks() {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGALRM, &action, nullptr);
  itimerval every{{0, kTickMs * 1000}, {0, kTickMs * 1000}};
  ::setitimer(ITIMER_REAL, &every, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<pid_t> roots;
  bool steps = false, alone = false;
  CLI::App app("Counts instructions or system calls of processes");
  app.add_option("--pid", roots, "the first with all below it")->required();
  app.add_flag("--steps", steps, "instructions; else system calls");
  app.add_flag("--alone", alone, "with --steps: nothing of what they begin");
  CLI11_PARSE(app, argc, argv);
  Counter counter(roots, steps, alone);
  start_ticks();
  std::puts("{}");
  std::fflush(stdout);
  counter.run();
}
