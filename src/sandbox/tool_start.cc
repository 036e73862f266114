#include "sandbox/tool_start.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "sandbox/setup_step.h"

namespace glovebox {

void report_failure(JobReport* report, std::string_view step, int errno_value) {
  std::size_t length = step.copy(report->failed_step, sizeof report->failed_step - 1);
  report->failed_step[length] = '\0';
  report->failed_errno = errno_value == 0 ? EINVAL : errno_value;
}

bool step_failed(const JobPlan& plan, std::string_view step, bool succeeded) {
  int failure = injected_errno(step);
  if (failure == 0 && succeeded) return false;
  report_failure(plan.report, step, failure != 0 ? failure : errno);
  return true;
}

bool take_streams(const JobPlan& plan) {
  // The supervisor's side keeps these above 2, so that no dup2 covers a source of the next one.
  return ::dup2(plan.streams.in, 0) == 0 && ::dup2(plan.streams.out, 1) == 1 &&
         ::dup2(plan.streams.err, 2) == 2;
}

bool lower_rlimits(const JobPlan& plan) {
  for (const RlimitValue& limit : plan.rlimits) {
    if (!lower_rlimit(limit)) return false;
  }
  return true;
}

bool drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

void reset_signals() {
  for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void exec_tool(const JobPlan& plan) {
  int failure = ENOENT;
  for (const std::string& program : plan.programs) {
    ::execve(program.c_str(), plan.argv.data(), plan.environment.data());
    // A program that is there but cannot be executed says more than one that is absent elsewhere.
    if (errno != ENOENT && errno != ENOTDIR) failure = errno;
  }
  plan.report->exec_errno = failure;
}

}  // namespace glovebox
