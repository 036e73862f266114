// Child half of creating a slot of the landlock tier: gives up what it can before the first job.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/exec/rlimits.h"
#include "sandbox/landlock/workspace.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/slot.h"

namespace glovebox {
namespace {

// Jobs share the uid. Root's uid owns the machine's files, even without capabilities.
Result<void> check_identity() {
  if (::geteuid() != 0) return ok();
  return Error::from_errno(
      "without namespaces jobs run with the uid of the server, which is root here", "", EPERM);
}

Result<void> open_oom_score(UniqueFd& file) {
  // The files in /proc of an undumpable process belong to root (proc(5)).
  GB_TRY_VOID(os::check(::prctl(PR_SET_DUMPABLE, 1), "prctl", "PR_SET_DUMPABLE"));
  GB_TRY(file, os::open("/proc/self/oom_score_adj", O_WRONLY));
  return os::write_fd(file.get(), kSlotOomScore, "oom_score_adj");
}

// Removes what a killed slot left.
Result<void> open_folders(SlotConfig& config) {
  GB_TRY_VOID(os::ensure_dir(config.work_dir, 0700));
  GB_TRY(config.work_folder, os::open(config.work_dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  GB_TRY(config.store_folder, os::open(config.store_dir, O_RDONLY | O_DIRECTORY));
  return remove_workspace(config.work_folder.get());
}

Result<void> give_up_privileges() {
  if (!lower_rlimit({RLIMIT_CORE, kNoCoreFiles})) {
    return Error::from_errno("setrlimit", "RLIMIT_CORE", errno);
  }
  ::umask(022);
  GB_TRY_VOID(os::check(::prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE"));
  GB_TRY_VOID(os::check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "PR_SET_NO_NEW_PRIVS"));
  // Every process of a job that loses its parent becomes our child, and we reap it.
  GB_TRY_VOID(os::check(::prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl", "PR_SET_CHILD_SUBREAPER"));
  return os::check(::prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl", "PR_SET_PDEATHSIG");
}

}  // namespace

Result<void> enter_landlock_slot(SlotConfig& config) {
  GB_TRY_VOID(setup_step("identity-slot", check_identity));
  GB_TRY_VOID(setup_step("oom-score", [&] { return open_oom_score(config.oom_score); }));
  GB_TRY_VOID(setup_step("proc-slot", [&]() -> Result<void> {
    GB_TRY(config.host_proc, os::open("/proc", O_RDONLY | O_DIRECTORY));
    return os::check(::faccessat(config.host_proc.get(), "self/stat", R_OK, 0), "access", "/proc");
  }));
  GB_TRY_VOID(setup_step("folders", [&] { return open_folders(config); }));
  return setup_step("no-new-privs", give_up_privileges);
}

}  // namespace glovebox
