#include "base/os.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace glovebox::os {

Result<void> check(long return_value, std::string_view call, std::string_view what) {
  if (return_value >= 0) return ok();
  return Error::from_errno(call, what, errno);
}

Result<UniqueFd> open(const std::string& path, int flags, unsigned mode) {
  return openat(AT_FDCWD, path, flags, mode);
}

Result<UniqueFd> openat(int dir_fd, const std::string& path, int flags, unsigned mode) {
  UniqueFd fd(::openat(dir_fd, path.c_str(), flags | O_CLOEXEC, mode));
  GB_TRY_VOID(check(fd.get(), "open", path));
  return fd;
}

Result<std::string> read_file(const std::string& path, std::size_t bound) {
  GB_TRY(UniqueFd fd, open(path, O_RDONLY));
  std::string text;
  char buffer[16 << 10];
  while (text.size() < bound) {
    ssize_t n = ::read(fd.get(), buffer, std::min(sizeof buffer, bound - text.size()));
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(check(n, "read", path));
    if (n == 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

Result<void> write_file(const std::string& path, std::string_view text) {
  GB_TRY(UniqueFd fd, open(path, O_WRONLY));
  return write_fd(fd.get(), text, path);
}

Result<void> write_fd(int fd, std::string_view text, std::string_view what) {
  ssize_t n = ::write(fd, text.data(), text.size());
  GB_TRY_VOID(check(n, "write", what));
  if (static_cast<std::size_t>(n) != text.size())
    return internal_error("short write to " + std::string(what));
  return ok();
}

Result<std::string> pread_text(int fd, std::string_view what) {
  char buffer[4096];
  ssize_t n = ::pread(fd, buffer, sizeof buffer, 0);
  GB_TRY_VOID(check(n, "pread", what));
  return std::string(buffer, static_cast<std::size_t>(n));
}

Result<std::pair<UniqueFd, UniqueFd>> pipe() {
  int fds[2];
  GB_TRY_VOID(check(::pipe2(fds, O_CLOEXEC), "pipe2", ""));
  return std::pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<std::pair<UniqueFd, UniqueFd>> seqpacket_pair() {
  int fds[2];
  GB_TRY_VOID(
      check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), "socketpair", ""));
  return std::pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<UniqueFd> eventfd() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  GB_TRY_VOID(check(fd.get(), "eventfd", ""));
  return fd;
}

Result<void> mount(const std::string& source, const std::string& target, const char* type,
                   unsigned long flags, const std::string& data) {
  return check(
      ::mount(source.c_str(), target.c_str(), type, flags, data.empty() ? nullptr : data.c_str()),
      "mount", target);
}

Result<void> ensure_dir(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return ok();
  return Error::from_errno("mkdir", path, errno);
}

Result<CloneResult> clone_process(std::uint64_t flags) {
  int pidfd = -1;
  long pid = ::syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, 0);
  GB_TRY_VOID(check(pid, "clone", ""));
  CloneResult result;
  result.pid = static_cast<pid_t>(pid);
  if (pid > 0) result.pidfd.reset(pidfd);
  return result;
}

Result<void> mount_setattr(int dir_fd, const std::string& path, const MountAttributes& attributes) {
  mount_attr attr{};
  attr.attr_set = attributes.set;
  if (attributes.userns_fd >= 0) attr.userns_fd = static_cast<std::uint64_t>(attributes.userns_fd);
  unsigned flags = (attributes.recursive ? AT_RECURSIVE : 0u) | (path.empty() ? AT_EMPTY_PATH : 0u);
  return check(::syscall(SYS_mount_setattr, dir_fd, path.c_str(), flags, &attr, sizeof attr),
               "mount_setattr", path);
}

Result<UniqueFd> new_tmpfs(const std::string& options) {
  UniqueFd context(static_cast<int>(::syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)));
  GB_TRY_VOID(check(context.get(), "fsopen", "tmpfs"));
  auto configure = [&](unsigned command, const char* key, const char* value) {
    return check(::syscall(SYS_fsconfig, context.get(), command, key, value, 0), "fsconfig",
                 key != nullptr ? key : "create");
  };
  for (std::string_view rest = options; !rest.empty();) {
    std::string_view option = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), option.size() + 1));
    std::size_t equals = option.find('=');
    if (equals == std::string_view::npos) return internal_error("a tmpfs option has no value");
    std::string key(option.substr(0, equals)), value(option.substr(equals + 1));
    GB_TRY_VOID(configure(FSCONFIG_SET_STRING, key.c_str(), value.c_str()));
  }
  GB_TRY_VOID(configure(FSCONFIG_CMD_CREATE, nullptr, nullptr));
  UniqueFd tree(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0)));
  GB_TRY_VOID(check(tree.get(), "fsmount", "tmpfs"));
  return tree;
}

Result<UniqueFd> open_tree_clone(const std::string& path) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, path.c_str(),
                                         OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE)));
  GB_TRY_VOID(check(fd.get(), "open_tree", path));
  return fd;
}

Result<void> move_mount(int tree_fd, const std::string& target) {
  return check(
      ::syscall(SYS_move_mount, tree_fd, "", AT_FDCWD, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH),
      "move_mount", target);
}

}  // namespace glovebox::os
