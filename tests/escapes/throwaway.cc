#include "throwaway.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "sandbox_fixture.h"

namespace glovebox {
namespace {

// A child that could not start the program prints this to standard output and exits with this code.
constexpr int kNoControl = 125;
constexpr unsigned kSecondsToLive = 30;

[[noreturn]] void give_up(const char* step) {
  std::string text = fmt::format("{}: {}", step, std::strerror(errno));
  [[maybe_unused]] ssize_t written = ::write(1, text.data(), text.size());
  ::_exit(kNoControl);
}

void require(bool holds, const char* step) {
  if (!holds) give_up(step);
}

void write_to(const char* path, const std::string& text) {
  UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  require(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), path);
}

[[noreturn]] void execute(int program, const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  char language[] = "LANG=C";
  char* environment[] = {language, nullptr};
  ::alarm(kSecondsToLive);
  ::syscall(SYS_execveat, program, "", argv.data(), environment, AT_EMPTY_PATH);
  give_up("execveat");
}

void enter_namespaces(uid_t user, gid_t group) {
  int flags =
      CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  require(::unshare(flags | (user != 0 ? CLONE_NEWUSER : 0)) == 0, "unshare");
  if (user != 0) {
    write_to("/proc/self/setgroups", "deny");
    write_to("/proc/self/uid_map", fmt::format("0 {} 1", user));
    write_to("/proc/self/gid_map", fmt::format("0 {} 1", group));
  }
  require(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
}

void mount_scratch() {
  for (const char* place : {"/dev/shm", "/tmp"}) {
    require(::mount("none", place, "tmpfs", MS_NOSUID, "size=64m") == 0, place);
  }
  require(::chdir("/tmp") == 0, "chdir");
}

// Forks; the parent waits for the child and ends like it.
void descend() {
  pid_t child = ::fork();
  require(child >= 0, "fork");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return;
  }
  int status = 0;
  // The first process of a PID namespace also adopts orphans.
  for (pid_t ended = 0; ended != child;) {
    ended = ::waitpid(-1, &status, __WALL);
    if (ended < 0 && errno != EINTR) ::_exit(kNoControl);
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

std::string read_all(int fd) {
  std::string text;
  char block[4096];
  for (ssize_t size; (size = ::read(fd, block, sizeof block)) > 0;) {
    text.append(block, static_cast<std::size_t>(size));
  }
  return text;
}

// Runs `child`, which never returns, and collects its output and how it ends.
template <class F>
OutsideRun run_child(int in, F child) {
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
  std::fflush(nullptr);
  pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out[1], 1);
    if (in >= 0) {
      ::dup2(in, 0);
    } else {
      ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    }
    child();
  }
  UniqueFd reader(out[0]);
  ::close(out[1]);
  OutsideRun run;
  if (pid < 0) {
    run.unavailable = "fork failed";
    return run;
  }
  run.out = read_all(reader.get());
  int status = 0;
  ::waitpid(pid, &status, 0);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (run.status == kNoControl) run.unavailable = std::exchange(run.out, {});
  return run;
}

}  // namespace

OutsideRun run_in_throwaway_namespaces(const std::string& sandboxee,
                                       std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), sandboxee);
  uid_t user = ::geteuid();
  gid_t group = ::getegid();
  return run_child(-1, [&] {
    int program = ::open(sandboxee_path(sandboxee).c_str(), O_PATH | O_CLOEXEC);
    require(program >= 0, "open the sandboxee");
    enter_namespaces(user, group);
    descend();
    // Now the first process of the namespace.
    require(::mount("none", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0,
            "/proc");
    mount_scratch();
    descend();
    execute(program, arguments);
  });
}

OutsideRun run_outside(const std::string& sandboxee, std::vector<std::string> arguments,
                       OutsideOptions options) {
  return run_program_outside(sandboxee_path(sandboxee), std::move(arguments), std::move(options));
}

OutsideRun run_program_outside(const std::string& path, std::vector<std::string> arguments,
                               OutsideOptions options) {
  arguments.insert(arguments.begin(), path);
  return run_child(options.in.get(), [&] {
    int program = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    require(program >= 0, "open the program");
    for (int fd : options.keep_open) ::fcntl(fd, F_SETFD, 0);
    if (options.new_terminal) {
      ::setsid();
      require(::ioctl(0, TIOCSCTTY, 0) == 0, "TIOCSCTTY");
    }
    if (!options.directory.empty()) require(::chdir(options.directory.c_str()) == 0, "chdir");
    if (options.user >= 0) {
      auto id = static_cast<uid_t>(options.user);
      require(::setgid(id) == 0 && ::setuid(id) == 0, "setuid");
    }
    execute(program, arguments);
  });
}

Bystander::Bystander() {
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close_range(0, ~0U, 0);  // what the test closes later must be closed then
    for (;;) ::pause();
  }
  if (pid_ < 0) throw std::system_error(errno, std::generic_category());
  ::setpgid(pid_, pid_);
}

Bystander::~Bystander() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace glovebox
