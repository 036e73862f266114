// Child half of creating a slot: an ordered list of steps. Each has a name, and a failure of any is
// fatal.
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/exec/rlimits.h"
#include "sandbox/namespaces/root_tree.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/slot.h"

namespace glovebox {
namespace {

Result<void> become_supervisor(const IdMap& ids) {
  if (!ids.own_ids) return ok();  // it already has the only id that the namespace maps
  GB_TRY_VOID(os::check(::setgroups(0, nullptr), "setgroups", ""));
  GB_TRY_VOID(os::check(::setresgid(kSupervisorId, kSupervisorId, kSupervisorId), "setresgid", ""));
  return os::check(::setresuid(kSupervisorId, kSupervisorId, kSupervisorId), "setresuid", "");
}

// Must be opened while /proc is still the host's: the slot's own /proc becomes read-only, and a
// file open for writing there would prevent that.
Result<void> open_own_oom_score(UniqueFd& file) {
  // Changing ids has made this process undumpable, so its files in /proc belong to root (proc(5)).
  GB_TRY_VOID(os::check(::prctl(PR_SET_DUMPABLE, 1), "prctl", "PR_SET_DUMPABLE"));
  GB_TRY(file, os::open("/proc/self/oom_score_adj", O_WRONLY));
  return os::write_fd(file.get(), kSlotOomScore, "oom_score_adj");
}

// The same. It does not exist in a kernel without CONFIG_CHECKPOINT_RESTORE and is read-only in
// most containers.
void open_last_pid(SlotConfig& config) {
  if (!config.ids.own_ids) return;
  Result<UniqueFd> file = os::open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
  if (file) config.last_pid = std::move(*file);
}

// EBUSY: a process above us has a filter with a listener, and a second listener is not possible.
Result<void> install_filter(SlotConfig& config) {
  config.calls.reset(install_asking_filter(config.seccomp));
  if (config.calls.valid()) return ok();
  if (errno != EBUSY) return Error::from_errno("seccomp", "", errno);
  return install_seccomp_filter(config.seccomp_unasked);
}

// Prevents what a job could otherwise create, or use to identify the host.
Result<void> limit_namespace(bool own_proc) {
  // Without its own /proc, only the filter forbids user namespaces.
  if (own_proc) {
    GB_TRY_VOID(os::write_file("/proc/sys/user/max_user_namespaces", "0"));
    // The filter also refuses the calls; this is a second barrier.
    GB_TRY_VOID(os::write_file("/proc/sys/user/max_inotify_instances", "0"));
    GB_TRY_VOID(os::write_file("/proc/sys/user/max_inotify_watches", "0"));
    GB_TRY_VOID(os::mount_setattr(AT_FDCWD, "/proc", {.set = MOUNT_ATTR_RDONLY}));
  }
  if (!lower_rlimit({RLIMIT_CORE, kNoCoreFiles})) {
    return Error::from_errno("setrlimit", "RLIMIT_CORE", errno);
  }
  ::umask(022);
  // Prevents tracing and reading through /proc, in particular by jobs that share the uid.
  return os::check(::prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE");
}

// A job's UTS namespace begins as a copy of ours. Some containers refuse the call to everybody. A
// job that sees the host's name is then acceptable; losing the other barriers is not.
Result<void> take_hostname(bool& own_hostname) {
  Result<void> taken = os::check(::sethostname("glovebox", 8), "sethostname", "");
  own_hostname = taken.has_value();
  bool refused = taken.has_error() && taken.error().errno_value() == EPERM;
  return refused ? ok() : taken;
}

// exec must not give capabilities back: not those of root (SECBIT_NOROOT), of a file, or ambient
// ones.
Result<void> drop_bounding_set() {
  unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                       SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  GB_TRY_VOID(os::check(::prctl(PR_SET_SECUREBITS, bits), "prctl", "PR_SET_SECUREBITS"));
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    GB_TRY_VOID(os::check(::prctl(PR_CAPBSET_DROP, capability), "prctl", "PR_CAPBSET_DROP"));
  }
  return ok();
}

Result<void> show_roots(const SlotConfig& config, const UniqueFd& roots) {
  if (config.roots_dir.empty()) return ok();
  GB_TRY_VOID(build_skeleton());
  return attach_roots(config.roots_mount, roots);
}

Result<void> forbid_new_privileges() {
  GB_TRY_VOID(os::check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "PR_SET_NO_NEW_PRIVS"));
  // Changing ids has cleared it. If the launcher dies in between, the lifeline shows that.
  return os::check(::prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl", "PR_SET_PDEATHSIG");
}

}  // namespace

Result<void> enter_slot(SlotConfig& config) {
  UniqueFd store, roots;
  GB_TRY_VOID(setup_step(
      "cgroup-enter", [] { return os::check(::unshare(CLONE_NEWCGROUP), "unshare", "cgroup"); }));
  GB_TRY_VOID(setup_step("identity-slot", [&] { return become_supervisor(config.ids); }));
  GB_TRY_VOID(setup_step("oom-score", [&] { return open_own_oom_score(config.oom_score); }));
  open_last_pid(config);
  GB_TRY(config.host_proc, os::open("/proc", O_RDONLY | O_DIRECTORY));
  GB_TRY_VOID(setup_step("private-mounts", make_mounts_private));
  // Opened before the new root covers the folder that may contain it.
  if (!config.store_mount.valid()) {
    GB_TRY(store, os::open(config.store_dir, O_PATH | O_DIRECTORY));
  }
  if (!config.roots_dir.empty() && !config.roots_mount.valid()) {
    GB_TRY(roots, os::open(config.roots_dir, O_PATH | O_DIRECTORY));
  }
  GB_TRY_VOID(setup_step("root", build_root));
  GB_TRY_VOID(setup_step("root-etc", build_etc));
  GB_TRY_VOID(setup_step("root-dev", [&] { return build_dev(config.devices); }));
  GB_TRY_VOID(setup_step("store", [&] { return attach_store(config.store_mount, store); }));
  GB_TRY_VOID(setup_step("roots", [&] { return show_roots(config, roots); }));
  GB_TRY_VOID(setup_step("pivot", [&] { return enter_root(config.own_proc); }));
  config.store_mount.reset();
  config.roots_mount.reset();
  config.devices.reset();
  GB_TRY_VOID(setup_step("hostname", [&] { return take_hostname(config.own_hostname); }));
  GB_TRY_VOID(setup_step("user-limits", [&] { return limit_namespace(config.own_proc); }));
  GB_TRY_VOID(setup_step("bounding", drop_bounding_set));
  GB_TRY_VOID(setup_step("no-new-privs", forbid_new_privileges));
  return setup_step("seccomp", [&] { return install_filter(config); });
}

}  // namespace glovebox
