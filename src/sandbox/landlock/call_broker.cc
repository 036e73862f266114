#include "sandbox/landlock/call_broker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utime.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>

#include "base/os.h"
#include "sandbox/seccomp/call_watch.h"

namespace glovebox {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kPage = 4096;
// A fork bomb is refused without reading /proc each time, which is slow on a busy machine.
constexpr std::chrono::milliseconds kBetweenCounts{2};
// At most 1/kPeakShare of the time may be used to read /proc for the peak, plus a small allowance
// for jobs that begin with a burst.
constexpr int kPeakLookShare = 10;
constexpr std::chrono::milliseconds kFirstLooks{5};

// Reads from the memory of a thread; its content may differ at the next read. Does not use
// process_vm_readv(2), which older seccomp profiles of Docker refuse.
bool read_memory(pid_t thread, std::uint64_t address, void* into, std::size_t size) {
  Result<UniqueFd> memory = os::open(fmt::format("/proc/{}/mem", thread), O_RDONLY);
  if (memory.has_error()) {
    errno = memory.error().errno_value();
    return false;
  }
  ssize_t n = ::pread(memory->get(), into, size, static_cast<off_t>(address));
  return n == static_cast<ssize_t>(size);
}

// A text of at most PATH_MAX bytes, including its NUL. Reads page by page, because the next page
// may not be mapped.
Result<std::string> read_path(pid_t thread, std::uint64_t address) {
  std::string path;
  while (path.size() < PATH_MAX) {
    char block[kPage];
    std::size_t size = kPage - address % kPage;
    if (!read_memory(thread, address, block, size)) {
      return Error::from_errno("read", "memory",
                               errno == EPERM || errno == EACCES ? EPERM : EFAULT);
    }
    std::size_t length = ::strnlen(block, size);
    path.append(block, length);
    if (length < size) return path;
    address += size;
  }
  return Error::from_errno("path", "", ENAMETOOLONG);
}

Result<std::string> read_link(const std::string& path) {
  char target[PATH_MAX];
  ssize_t length = ::readlink(path.c_str(), target, sizeof target);
  GB_TRY_VOID(os::check(length, "readlink", path));
  return std::string(target, static_cast<std::size_t>(length));
}

// The arguments of these calls in one form (utimensat(2), chmod(2), truncate(2)).
struct FileCall {
  int dir = AT_FDCWD;
  std::uint64_t path = 0;
  std::uint64_t value = 0;  // mode, length, or address of the times
  bool follow = true;
};

FileCall parse(const seccomp_data& call) {
  const auto& a = call.args;
  auto dir = [](std::uint64_t argument) { return static_cast<int>(argument); };
  switch (call.nr) {
    case SYS_fchmodat:
    case SYS_futimesat:
      return {dir(a[0]), a[1], a[2]};
    case SYS_utimensat:
      return {dir(a[0]), a[1], a[2], (a[3] & AT_SYMLINK_NOFOLLOW) == 0};
    default:  // chmod, truncate, utime, utimes
      return {AT_FDCWD, a[0], a[1]};
  }
}

// False if the memory cannot be read. A null pointer means the current time.
bool read_times(const seccomp_notif& question, std::uint64_t address, timespec (&times)[2]) {
  times[0].tv_nsec = times[1].tv_nsec = UTIME_NOW;
  if (address == 0) return true;
  pid_t thread = static_cast<pid_t>(question.pid);
  if (question.data.nr == SYS_utimensat) return read_memory(thread, address, times, sizeof times);
  if (question.data.nr == SYS_utime) {
    utimbuf seconds;
    if (!read_memory(thread, address, &seconds, sizeof seconds)) return false;
    times[0] = {seconds.actime, 0};
    times[1] = {seconds.modtime, 0};
    return true;
  }
  timeval values[2];
  if (!read_memory(thread, address, values, sizeof values)) return false;
  for (int i : {0, 1}) times[i] = {values[i].tv_sec, values[i].tv_usec * 1000};
  return true;
}

int change(const seccomp_notif& question, const FileCall& call, const UniqueFd& file) {
  std::string path = fmt::format("/proc/self/fd/{}", file.get());
  int done = -1;
  switch (question.data.nr) {
    case SYS_chmod:
    case SYS_fchmodat:
      done = ::chmod(path.c_str(), call.value & 01777);
      break;
    case SYS_truncate:
      done = ::truncate(path.c_str(), static_cast<off_t>(call.value));
      break;
    default:
      timespec times[2] = {};
      if (!read_times(question, call.value, times)) return EFAULT;
      done = ::utimensat(file.get(), "", times, AT_EMPTY_PATH);
  }
  return done == 0 ? 0 : errno;
}

bool is_fork(int call) {
  return call == SYS_clone || call == SYS_fork || call == SYS_vfork;
}
bool is_signal(int call) {
  return call == SYS_kill || call == SYS_tkill || call == SYS_tgkill ||
         call == SYS_rt_sigqueueinfo || call == SYS_rt_tgsigqueueinfo;
}

// The argument that names the process; -1 if the call does not name one.
int subject_of(int call) {
  switch (call) {
    case SYS_sched_getaffinity:
    case SYS_sched_getattr:
    case SYS_sched_getparam:
    case SYS_sched_getscheduler:
    case SYS_sched_rr_get_interval:
    case SYS_getpgid:
    case SYS_getsid:
      return 0;
    case SYS_getpriority:
    case SYS_ioprio_get:
      return 1;
  }
  return -1;
}
bool is_about_process(int call) {
  return subject_of(call) >= 0;
}

pid_t process_of(pid_t thread) {
  Result<std::string> status = os::read_file(fmt::format("/proc/{}/status", thread), 4096);
  std::size_t at = status.has_value() ? status->find("\nTgid:\t") : std::string::npos;
  return at == std::string::npos ? -1 : std::atoi(status->c_str() + at + 7);
}

// Invalid, with errno set, if it cannot be opened.
UniqueFd open_beneath(int folder, const std::string& path, bool follow) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: something was mounted or renamed on this host while ".." was resolved (openat2(2)).
  constexpr int kTries = 1000;
  UniqueFd file;
  for (int i = 0; i < kTries; ++i) {
    file.reset(static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
    if (file.valid() || errno != EAGAIN) break;
  }
  return file;
}

}  // namespace

CallBroker::CallBroker(UniqueFd listener, Job job, const ProcessWatch& watch, JobReport* report)
    : listener_(std::move(listener)), job_(std::move(job)), watch_(watch), report_(report) {
  seccomp_notif_sizes sizes{};
  ::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
  question_.resize(std::max<std::size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
  answer_.resize(std::max<std::size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
  report_->forks_are_asked_for = job_.processes > 0;
}

void CallBroker::answer() {
  std::ranges::fill(question_, 0);  // the kernel requires that
  if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, question_.data()) != 0) return;
  seccomp_notif question;
  std::memcpy(&question, question_.data(), sizeof question);
  Reply reply = reply_to(question);
  if (reply.none) return;
  seccomp_notif_resp response{};
  response.id = question.id;
  if (reply.let_through) {
    response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  } else {
    response.error = -reply.errno_value;
  }
  std::ranges::fill(answer_, 0);
  std::memcpy(answer_.data(), &response, sizeof response);
  // Fails if the caller has died.
  ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, answer_.data());
}

CallBroker::Reply CallBroker::reply_to(const seccomp_notif& question) {
  if (is_foreign(question.data)) {
    report_->foreign_call = true;
    return {.none = true};
  }
  if (is_fork(question.data.nr)) return count_fork();
  if (is_signal(question.data.nr)) return signal(question);
  if (is_about_process(question.data.nr)) return about_process(question);
  if (question.data.nr == SYS_utimensat && question.data.args[1] == 0) {
    return change_open_file(question);
  }
  return change_file(question);
}

// Adds one for each request and reads /proc only when the count reaches the limit: since the last
// read, processes may have ended, and at most the requested number can have started.
CallBroker::Reply CallBroker::count_fork() {
  if (job_.processes == 0) return {.let_through = true};
  if (tasks_at_most_ >= job_.processes && steady_clock::now() >= next_count_) {
    job_.bury();
    tasks_at_most_ = watch_.count_tasks();
    if (tasks_at_most_ >= job_.processes) next_count_ = steady_clock::now() + kBetweenCounts;
  }
  if (tasks_at_most_ >= job_.processes) {
    report_->refused_forks.fetch_add(1);
    return {.errno_value = EAGAIN};
  }
  ++tasks_at_most_;
  note_peak();
  return {.let_through = true};
}

// The peak is the number of processes at one time. Commands that ran one after the other must not
// add up, so a count that would be a new peak is checked first. Only a share of the time is used
// for that; the watch also sees what lasts longer.
void CallBroker::note_peak() {
  ++seen_at_most_;
  if (seen_at_most_ <= report_->peak_processes) return;
  auto begin = steady_clock::now();
  if (spent_on_looks_ > kFirstLooks + (begin - begin_) / kPeakLookShare) return;
  job_.bury();
  std::int64_t now = watch_.count_tasks_below();
  spent_on_looks_ += steady_clock::now() - begin;
  if (now < 0) return;
  seen_at_most_ = now + 1;  // including the one that is being created
  if (seen_at_most_ > report_->peak_processes) report_->peak_processes = seen_at_most_;
}

bool CallBroker::is_of_the_job(pid_t pid) const {
  return pid > 0 && ::getpgid(pid) == job_.group;
}

// The answer must not show whether another client's process exists.
CallBroker::Reply CallBroker::about_process(const seccomp_notif& question) const {
  auto pid = static_cast<pid_t>(question.data.args[subject_of(question.data.nr)]);
  if (!is_of_the_job(pid)) return {.errno_value = ESRCH};
  return {.let_through = true};
}

CallBroker::Reply CallBroker::signal(const seccomp_notif& question) {
  auto argument = [&](int i) { return static_cast<int>(question.data.args[i]); };
  if (question.data.nr == SYS_kill) {
    return signal_process(static_cast<pid_t>(question.pid), argument(0), argument(1));
  }
  if (!is_of_the_job(argument(0))) return {.errno_value = ESRCH};
  return {.let_through = true};
}

CallBroker::Reply CallBroker::signal_process(pid_t caller, pid_t target, int number) const {
  auto reply = [](long result) { return Reply{.errno_value = result == 0 ? 0 : errno}; };
  if (target == 0 || target == -job_.group) return reply(::kill(-job_.group, number));
  if (target == -1) {
    pid_t spared = process_of(caller);
    for (pid_t pid : watch_.processes()) {
      if (pid != spared && is_of_the_job(pid)) ::kill(pid, number);
    }
    return {};
  }
  if (target < 0) return {.errno_value = ESRCH};
  // By descriptor: the number may belong to another process when the signal is sent.
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, target, 0)));
  if (!process.valid() || !is_of_the_job(target)) return {.errno_value = ESRCH};
  return reply(::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0));
}

Result<UniqueFd> CallBroker::find_file(const seccomp_notif& question, int dir, std::uint64_t path,
                                       bool follow) const {
  pid_t thread = static_cast<pid_t>(question.pid);
  GB_TRY(std::string named, read_path(thread, path));
  if (named.empty() || named.front() != '/') {
    std::string base = dir == AT_FDCWD ? fmt::format("/proc/{}/cwd", thread)
                                       : fmt::format("/proc/{}/fd/{}", thread, dir);
    GB_TRY(std::string folder, read_link(base));
    named = named.empty() ? folder : fmt::format("{}/{}", folder, named);
  }
  if (!named.starts_with(job_.folder + "/")) return Error::from_errno("path", named, EPERM);
  named.erase(0, job_.folder.size() + 1);
  // The caller may have died and its number may have been reused: then the data that we read was
  // not the job's.
  std::uint64_t id = question.id;
  if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) != 0) {
    return Error::from_errno("seccomp", "", ESRCH);
  }
  UniqueFd file = open_beneath(job_.folder_fd, named, follow);
  GB_TRY_VOID(os::check(file.get(), "openat2", named));
  // ".." names the folder itself, which the supervisor owns: without its permissions no job could
  // run here.
  struct stat found, own;
  GB_TRY_VOID(os::check(::fstat(file.get(), &found), "fstat", named));
  GB_TRY_VOID(os::check(::fstat(job_.folder_fd, &own), "fstat", job_.folder));
  if (found.st_dev == own.st_dev && found.st_ino == own.st_ino) {
    return Error::from_errno("path", named, EPERM);
  }
  return file;
}

// futimens(3). Devices belong to the host: a time set there would be visible to all jobs. So the
// call reports success and does nothing.
CallBroker::Reply CallBroker::change_open_file(const seccomp_notif& question) const {
  auto thread = static_cast<pid_t>(question.pid);
  int number = static_cast<int>(question.data.args[0]);
  std::string path = fmt::format("/proc/{}/fd/{}", thread, number);
  UniqueFd file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat found, own;
  if (!file.valid() || ::fstat(file.get(), &found) != 0) return {.errno_value = EBADF};
  if (S_ISCHR(found.st_mode) || S_ISBLK(found.st_mode)) return {};
  if (::fstat(job_.folder_fd, &own) != 0 || found.st_dev != own.st_dev) {
    return {.errno_value = EPERM};
  }
  std::uint64_t id = question.id;
  if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) != 0)
    return {.errno_value = ESRCH};
  timespec times[2] = {};
  if (!read_times(question, question.data.args[2], times)) return {.errno_value = EFAULT};
  // Read-only descriptors of other files on that file system may come from elsewhere.
  Result<std::string> name = read_link(path);
  if (name.has_error() || !name->starts_with(job_.folder + "/")) return {.errno_value = EPERM};
  return {.errno_value = ::utimensat(file.get(), "", times, AT_EMPTY_PATH) == 0 ? 0 : errno};
}

CallBroker::Reply CallBroker::change_file(const seccomp_notif& question) {
  FileCall call = parse(question.data);
  // The kernel checks this process's limit, so we apply the job's (RLIMIT_FSIZE of getrlimit(2)).
  if (question.data.nr == SYS_truncate &&
      static_cast<std::int64_t>(call.value) > job_.largest_file) {
    return {.errno_value = EFBIG};
  }
  Result<UniqueFd> file = find_file(question, call.dir, call.path, call.follow);
  if (file.has_error()) {
    int errno_value = file.error().errno_value();
    // The path leaves the folder by a link or by "..".
    return {.errno_value = errno_value == EXDEV ? EPERM : errno_value};
  }
  return {.errno_value = change(question, call, *file)};
}

}  // namespace glovebox
