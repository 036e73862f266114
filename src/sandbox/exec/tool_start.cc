#include "sandbox/exec/tool_start.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <time.h>

#include <cerrno>
#include <csignal>

#include "sandbox/exec/own_program.h"
#include "sandbox/exec/raw_calls.h"
#include "sandbox/setup_step.h"

namespace glovebox {

void report_failure(JobReport* report, std::string_view step, int errno_value) {
  std::size_t length = step.copy(report->failed_step, sizeof report->failed_step - 1);
  report->failed_step[length] = '\0';
  report->failed_errno = errno_value == 0 ? EINVAL : errno_value;
}

bool step_failed(JobReport* report, std::string_view step, int errno_value) {
  int injected = injected_errno(step);
  if (injected == 0 && errno_value == 0) return false;
  report_failure(report, step, injected != 0 ? injected : errno_value);
  return true;
}

namespace {
// The descriptor, or the negative errno.
int open_null(int target) {
  int mode = target == 0 ? O_RDONLY : O_WRONLY;
  return static_cast<int>(
      raw::call(SYS_openat, AT_FDCWD, raw::pointer("/dev/null"), mode | O_CLOEXEC));
}
}  // namespace

int take_streams(const JobPlan& plan) {
  // All descriptors are above 2, so dup2() never overwrites a source that is still needed.
  int sources[] = {plan.streams.in, plan.streams.out, plan.streams.err};
  for (int target = 0; target < 3; ++target) {
    bool is_as_before = target == 2 && sources[1] == JobStreams::kNull;
    int source = sources[target];
    if (source == JobStreams::kNull) source = is_as_before ? 1 : open_null(target);
    if (source < 0) return -source;
    long placed = raw::call(SYS_dup3, source, target, 0);
    if (placed < 0) return raw::error_of(placed);
  }
  return 0;
}

int lower_rlimits(const JobPlan& plan) {
  for (const RlimitValue& limit : plan.rlimits) {
    rlimit both{limit.value, limit.value};
    long set = raw::call(SYS_prlimit64, 0, limit.resource, raw::pointer(&both), 0);
    if (set < 0) return raw::error_of(set);
  }
  return 0;
}

int drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return raw::error_of(raw::call(SYS_capset, raw::pointer(&header), raw::pointer(&none)));
}

void unblock_signals() {
  unsigned long none = 0;
  raw::call(SYS_rt_sigprocmask, SIG_SETMASK, raw::pointer(&none), 0, sizeof none);
}

void exec_tool(const JobPlan& plan) {
  // libc's, which makes no system call here; only one that fails writes errno.
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  plan.report->exec_ns = now.tv_sec * 1'000'000'000LL + now.tv_nsec;
  int failure = ENOENT;
  for (const std::string& program : plan.programs) {
    if (plan.program_is_checked && leads_to_own_program(program.c_str(), plan.own_program)) {
      failure = EACCES;
      continue;
    }
    int error = raw::error_of(raw::call(SYS_execve, raw::pointer(program.c_str()),
                                        raw::pointer(plan.argv.data()),
                                        raw::pointer(plan.environment.data())));
    // Prefer the error of a program that exists but cannot be executed over "not found" of other
    // paths.
    if (error != ENOENT && error != ENOTDIR) failure = error;
  }
  plan.report->exec_errno = failure;
}

}  // namespace glovebox
