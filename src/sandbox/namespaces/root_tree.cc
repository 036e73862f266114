#include "sandbox/namespaces/root_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kSealed = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

// Binds a tree of the host with the mounts below it, and makes all of them read-only: a bind
// remount would change only the top mount.
Result<void> bind_sealed(const std::string& source, const std::string& target) {
  GB_TRY_VOID(os::ensure_dir(target, 0755));
  GB_TRY_VOID(os::mount(source, target, nullptr, MS_BIND | MS_REC));
  return os::mount_setattr(AT_FDCWD, target, {.set = kSealed});
}

// On merged systems /bin is a link to usr/bin. A link is copied; a real folder is bound.
Result<void> copy_top_level(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return ok();
  if (S_ISDIR(status.st_mode)) return bind_sealed(path, in_new_root(path));
  if (!S_ISLNK(status.st_mode)) return ok();
  char link[PATH_MAX];
  ssize_t length = ::readlink(path.c_str(), link, sizeof link - 1);
  GB_TRY_VOID(os::check(length, "readlink", path));
  link[length] = '\0';
  return os::check(::symlink(link, in_new_root(path).c_str()), "symlink", path);
}

struct Device {
  const char* name;
  unsigned minor;  // its major number is 1: Documentation/admin-guide/devices.txt
};
constexpr Device kDevices[] = {
    {"null", 3}, {"zero", 5}, {"full", 7}, {"random", 8}, {"urandom", 9}};

// The links and folders in /dev, in addition to the devices.
Result<void> fill_dev(const UniqueFd& dev) {
  GB_TRY_VOID(os::check(::mkdirat(dev.get(), "shm", 0700), "mkdir", "/dev/shm"));
  GB_TRY_VOID(os::check(::fchmodat(dev.get(), "shm", 01777, 0), "chmod", "/dev/shm"));
  struct Link {
    const char* target;
    const char* name;
  };
  for (auto [target, name] :
       {Link{"/proc/self/fd", "fd"}, Link{"/proc/self/fd/0", "stdin"},
        Link{"/proc/self/fd/1", "stdout"}, Link{"/proc/self/fd/2", "stderr"}}) {
    GB_TRY_VOID(os::check(::symlinkat(target, dev.get(), name), "symlink", name));
  }
  return ok();
}

// A device of the host. Its mount cannot be nodev, because then it would not work as a device.
Result<void> bind_device(const char* name) {
  std::string source = std::string("/dev/") + name;
  std::string target = in_new_root(source);
  GB_TRY(UniqueFd made, os::open(target, O_CREAT | O_WRONLY, 0600));
  GB_TRY_VOID(os::mount(source, target, nullptr, MS_BIND));
  return os::mount_setattr(
      AT_FDCWD, target,
      {.set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, .recursive = false});
}

// Attaches the mount, or a sealed bind of the open folder.
Result<void> attach(const UniqueFd& mount, const UniqueFd& folder, const std::string& target) {
  if (mount.valid()) return os::move_mount(mount.get(), target);
  std::string source = fmt::format("/proc/self/fd/{}", folder.get());
  GB_TRY_VOID(os::mount(source, target, nullptr, MS_BIND | MS_REC));
  return os::mount_setattr(AT_FDCWD, target, {.set = kSealed});
}

}  // namespace

std::string in_new_root(std::string_view path) {
  return fmt::format("{}/root{}", kNewRoot, path);
}

Result<void> make_mounts_private() {
  return os::mount("", "/", nullptr, MS_REC | MS_PRIVATE);
}

Result<void> build_root() {
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV;
  GB_TRY_VOID(os::mount("tmpfs", kNewRoot, "tmpfs", kFlags, "mode=0755,size=1m"));
  for (const char* folder : {"root", "store", "disk", "roots", "skeleton", "job-root"}) {
    GB_TRY_VOID(os::ensure_dir(fmt::format("{}/{}", kNewRoot, folder), 0755));
  }
  GB_TRY_VOID(os::mount("tmpfs", in_new_root(""), "tmpfs", kFlags, "mode=0755,size=16m"));
  GB_TRY_VOID(bind_sealed("/usr", in_new_root("/usr")));
  for (const char* path : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    GB_TRY_VOID(copy_top_level(path));
  }
  for (const char* path :
       {"/proc", "/tmp", "/work", "/dev", "/etc", "/home", "/var", "/run", "/root"}) {
    GB_TRY_VOID(os::ensure_dir(in_new_root(path), 0755));
  }
  return os::check(::symlink("/tmp", in_new_root("/var/tmp").c_str()), "symlink", "/var/tmp");
}

Result<void> build_dev(const UniqueFd& devices) {
  if (devices.valid()) return os::move_mount(devices.get(), in_new_root("/dev"));
  for (const Device& device : kDevices) GB_TRY_VOID(bind_device(device.name));
  GB_TRY(UniqueFd dev, os::open(in_new_root("/dev"), O_RDONLY | O_DIRECTORY));
  return fill_dev(dev);
}

Result<UniqueFd> make_devices() {
  GB_TRY(UniqueFd tree, os::new_tmpfs("mode=0755,size=64k,nr_inodes=32"));
  for (const Device& device : kDevices) {
    dev_t number = ::makedev(1, device.minor);
    GB_TRY_VOID(os::check(::mknodat(tree.get(), device.name, S_IFCHR | 0600, number), "mknod",
                          device.name));
    GB_TRY_VOID(os::check(::fchmodat(tree.get(), device.name, 0666, 0), "chmod", device.name));
  }
  GB_TRY_VOID(fill_dev(tree));
  constexpr std::uint64_t kAttributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
  GB_TRY_VOID(os::mount_setattr(tree.get(), "", {.set = kAttributes}));
  return tree;
}

Result<void> attach_store(const UniqueFd& mount, const UniqueFd& store) {
  return attach(mount, store, fmt::format("{}/store", kNewRoot));
}

Result<void> attach_roots(const UniqueFd& mount, const UniqueFd& roots) {
  return attach(mount, roots, fmt::format("{}/roots", kNewRoot));
}

Result<UniqueFd> make_roots_mount(const std::string& directory) {
  GB_TRY(UniqueFd tree, os::open_tree_clone(directory));
  GB_TRY_VOID(os::mount_setattr(tree.get(), "", {.set = kSealed}));
  return tree;
}

Result<void> enter_root(bool& own_proc) {
  // The slot's own procfs: a job may mount proc(5) only if a fully visible one exists already.
  Result<void> mounted =
      os::mount("proc", in_new_root("/proc"), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  own_proc = mounted.has_value();
  if (!own_proc && mounted.error().errno_value() != EPERM) return mounted;
  GB_TRY_VOID(os::check(::chdir(kNewRoot), "chdir", kNewRoot));
  // pivot_root(2): with "." for both arguments the old root is mounted on top of the new one and is
  // detached there.
  GB_TRY_VOID(os::check(::syscall(SYS_pivot_root, ".", "."), "pivot_root", ""));
  GB_TRY_VOID(os::check(::umount2(".", MNT_DETACH), "umount2", "old root"));
  GB_TRY_VOID(os::check(::chdir("/"), "chdir", "/"));
  constexpr os::MountAttributes kReadOnly{.set = MOUNT_ATTR_RDONLY, .recursive = false};
  GB_TRY_VOID(os::mount_setattr(AT_FDCWD, "/", kReadOnly));
  GB_TRY_VOID(os::mount_setattr(AT_FDCWD, "/root", kReadOnly));
  // The current directory stays outside: it contains the store and the disk of a job.
  return os::check(::chroot("root"), "chroot", "root");
}

}  // namespace glovebox
