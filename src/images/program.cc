#include "images/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "base/clean_text.h"
#include "base/os.h"
#include "base/scope_exit.h"
#include "base/units.h"

namespace glovebox {
namespace {

constexpr std::size_t kMostOutput = 8 << 20;
constexpr std::size_t kMostMessages = 64 << 10;
constexpr std::size_t kMostOfAMessage = 600;
constexpr int kLookMs = 200;
constexpr int kNotStarted = 126;

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// In the child.
[[noreturn]] void become(const ProgramRun& run, const std::string& program, pid_t parent, int out,
                         int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kNotStarted);
  std::signal(SIGPIPE, SIG_DFL);
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(null.get(), STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  rlimit size{run.file_size.bytes(), run.file_size.bytes()};
  rlimit now{};
  if (::getrlimit(RLIMIT_FSIZE, &now) == 0 && now.rlim_max < size.rlim_max) size = now;
  if (run.file_size.bytes() > 0) ::setrlimit(RLIMIT_FSIZE, &size);
  std::string failure;
  if (run.confine) {
    if (Result<void> confined = run.confine(); confined.has_error()) {
      failure = confined.error().message();
    }
  }
  if (failure.empty()) {
    ::execve(program.c_str(), pointers_to(run.argv).data(), pointers_to(run.environment).data());
    failure = Error::from_errno("exec", program, errno).message();
  }
  failure += '\n';
  (void)!::write(STDERR_FILENO, failure.data(), failure.size());
  ::_exit(kNotStarted);
}

// Keeps the first bytes of standard output and the last ones of standard error.
struct Printed {
  std::string out;
  std::string err;
};

// False at the end of the input.
bool read_more(UniqueFd& from, std::string& text) {
  char buffer[16 << 10];
  ssize_t n = ::read(from.get(), buffer, sizeof buffer);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) {
    from.reset();
    return false;
  }
  text.append(buffer, static_cast<std::size_t>(n));
  return true;
}

// A registry that is silent, and keeps its connection, ends nothing by itself.
Error too_slow(std::chrono::seconds limit) {
  return Error(ErrorKind::kUnprocessable,
               fmt::format("it took longer than {}, which is the limit; --timeout raises it",
                           format_duration(limit)))
      .with("limit", "time")
      .with("configured", limit.count());
}

Result<void> read_all(UniqueFd out, UniqueFd err, const ProgramRun& run, Printed& printed) {
  auto end = std::chrono::steady_clock::now() + run.time;
  while (out.valid() || err.valid()) {
    pollfd ready[] = {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
    int n = ::poll(ready, 2, kLookMs);
    if (n < 0 && errno != EINTR) return Error::from_errno("poll", "", errno);
    if (run.interrupted && run.interrupted()) return Error(ErrorKind::kUser, "interrupted");
    if (run.time.count() > 0 && std::chrono::steady_clock::now() > end) return too_slow(run.time);
    if (n <= 0) continue;
    if (ready[0].revents != 0) read_more(out, printed.out);
    if (ready[1].revents != 0) read_more(err, printed.err);
    if (printed.out.size() > kMostOutput) {
      return Error(ErrorKind::kUnprocessable, "it printed more than 8 MiB");
    }
    if (printed.err.size() > kMostMessages) {
      printed.err.erase(0, printed.err.size() - kMostMessages / 2);
    }
  }
  return ok();
}

// msg="…" of a line that logrus wrote; else the whole line.
std::string message_of_line(std::string_view line) {
  constexpr std::string_view kLead = "msg=\"";
  std::size_t lead = line.find(kLead);
  if (lead == std::string_view::npos || !line.starts_with("time=")) return std::string(line);
  std::string message;
  for (std::size_t i = lead + kLead.size(); i < line.size() && line[i] != '"'; ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    message.push_back(line[i]);
  }
  return message;
}

// "https://user:secret@host" loses what stands before '@'.
std::string without_passwords(std::string text) {
  for (std::size_t at = text.find("//"); at != std::string::npos; at = text.find("//", at + 2)) {
    std::size_t end = text.find_first_of("/ \t\"'", at + 2);
    std::size_t sign = text.substr(0, end).rfind('@');
    if (sign == std::string::npos || sign < at + 2) continue;
    text.replace(at + 2, sign - at - 2, "***");
  }
  return text;
}

Error failure_of(const ProgramRun& run, int status, const std::string& err) {
  std::string message = last_message(err);
  if (WIFSIGNALED(status)) {
    message = fmt::format("killed by signal {}{}{}", WTERMSIG(status), message.empty() ? "" : ": ",
                          message);
  } else if (message.empty()) {
    message = fmt::format("exit code {}", WEXITSTATUS(status));
  }
  return Error(ErrorKind::kUnprocessable, fmt::format("{}: {}", run.argv.front(), message));
}

}  // namespace

std::string last_message(std::string_view printed) {
  while (!printed.empty() && (printed.back() == '\n' || printed.back() == ' ')) {
    printed.remove_suffix(1);
  }
  std::size_t start = printed.rfind('\n');
  if (start != std::string_view::npos) printed.remove_prefix(start + 1);
  return clean_line(without_passwords(message_of_line(printed)), kMostOfAMessage);
}

std::string find_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    std::string candidate = fmt::format("{}/{}", folder, program);
    if (folder.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

Result<std::string> run_program(const ProgramRun& run) {
  std::string program = find_installed(run.argv.front());
  if (program.empty()) {
    return Error(
        ErrorKind::kUser,
        fmt::format("{0} is not installed; on Debian: apt-get install {0}", run.argv.front()));
  }
  GB_TRY(auto out, os::pipe());
  GB_TRY(auto err, os::pipe());
  pid_t parent = ::getpid();
  GB_TRY(os::CloneResult child, os::clone_process());
  if (child.pid == 0) become(run, program, parent, out.second.get(), err.second.get());
  out.second.reset();
  err.second.reset();
  Printed printed;
  Result<void> read = read_all(std::move(out.first), std::move(err.first), run, printed);
  if (read.has_error()) ::kill(child.pid, SIGKILL);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  if (read.has_error()) return std::move(read).error().with_context(run.argv.front());
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failure_of(run, status, printed.err);
  return std::move(printed.out);
}

}  // namespace glovebox
