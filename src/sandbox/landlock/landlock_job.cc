#include "sandbox/landlock/landlock_job.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/exec/tool_start.h"
#include "sandbox/landlock/landlock_domain.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

bool begins_with_folder(std::string_view text, std::string_view folder) {
  return text.starts_with(folder) && (text.size() == folder.size() || text[folder.size()] == '/');
}

void place_path(std::string& text, std::size_t at, const std::string& slot_folder) {
  std::string_view value = std::string_view(text).substr(at);
  for (std::string_view folder : {"/work", "/tmp"}) {
    if (!begins_with_folder(value, folder)) continue;
    text.insert(at, slot_folder);
    return;
  }
}

Result<void> checked(int errno_value, std::string_view call) {
  return errno_value == 0 ? ok() : Result<void>(Error::from_errno(call, "", errno_value));
}

Result<void> close_all_others() {
  // Our descriptors are closed at exec, like the listener.
  return os::check(::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range", "");
}

Result<void> enter_work_folder(const LandlockJobPlan& plan) {
  GB_TRY(UniqueFd work, os::openat(plan.slot_folder_fd, "work", O_PATH | O_DIRECTORY));
  return os::check(::fchdir(work.get()), "fchdir", "work");
}

Result<void> install_filter(const LandlockJobPlan& plan) {
  UniqueFd listener(install_asking_filter(*plan.seccomp));
  GB_TRY_VOID(os::check(listener.get(), "seccomp", ""));
  int fds[] = {listener.get()};
  GB_TRY_VOID(send_packet(plan.job.supervisor, "listener", fds));
  // That was the last use of sendmsg.
  return install_seccomp_filter(last_filter());
}

Result<void> set_up(const LandlockJobPlan& plan) {
  const JobPlan& job = plan.job;
  GB_TRY_VOID(setup_step("session", [] { return os::check(::setsid(), "setsid", ""); }));
  GB_TRY_VOID(setup_step("work", [&]() -> Result<void> {
    GB_TRY(*plan.stamp, make_workspace(plan.slot_folder_fd, plan.store_folder_fd, plan.project));
    return ok();
  }));
  GB_TRY_VOID(setup_step("streams", [&] { return checked(take_streams(job), "dup2"); }));
  GB_TRY_VOID(setup_step("rlimits", [&] { return checked(lower_rlimits(job), "setrlimit"); }));
  GB_TRY_VOID(setup_step("cwd", [&] { return enter_work_folder(plan); }));
  GB_TRY_VOID(setup_step("identity", [] { return checked(drop_capabilities(), "capset"); }));
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  UniqueFd ruleset;
  GB_TRY_VOID(setup_step("ruleset", [&]() -> Result<void> {
    GB_TRY(ruleset, make_landlock_tier_ruleset(
                        job.landlock_abi, {plan.slot_folder + "/work", plan.slot_folder + "/tmp"},
                        plan.hidden));
    return ok();
  }));
  GB_TRY_VOID(setup_step("landlock", [&]() -> Result<void> {
    return checked(enter_landlock_domain(ruleset.get()), "landlock_restrict_self");
  }));
  GB_TRY_VOID(setup_step("descriptors", close_all_others));
  return setup_step("seccomp", [&] { return install_filter(plan); });
}

}  // namespace

void place_paths(SandboxSpec& spec, const std::string& slot_folder) {
  for (std::size_t i = 1; i < spec.argv.size(); ++i) place_path(spec.argv[i], 0, slot_folder);
  for (std::string& variable : spec.environment) {
    place_path(variable, variable.find('=') + 1, slot_folder);
  }
}

void run_landlock_job(const LandlockJobPlan& plan) {
  Result<void> ready = set_up(plan);
  if (ready.has_error()) {
    std::string message = ready.error().message();
    report_failure(plan.job.report, message.substr(0, message.find(':')),
                   ready.error().errno_value());
    ::_exit(1);
  }
  unblock_signals();
  exec_tool(plan.job);
  ::_exit(1);
}

}  // namespace glovebox
