#include "sandbox/setup_step.h"

namespace glovebox {
namespace {

// Written once, before any thread or child exists; inherited by fork.
char failing_name[32];
std::size_t failing_length = 0;
int failing_errno = 0;
bool waiting_for_proof = false;

// "; " and what to do about the failure, or empty.
std::string_view remedy_for(std::string_view step, int errno_value) {
  // Each filter is compiled to machine code, for which the kernel has a limited amount of memory. A
  // kernel that cannot run uncompiled filters (CONFIG_BPF_JIT_ALWAYS_ON) refuses the filter at the
  // limit.
  constexpr int kEnotsupp = 524;
  if (step == "seccomp" && errno_value == kEnotsupp) {
    return "; the kernel has no room left for compiled filters: raise net.core.bpf_jit_limit with "
           "sysctl(8), or end processes that have many seccomp or socket filters";
  }
  return {};
}

}  // namespace

void fail_setup_step(std::string_view name, int errno_value, bool after_proof) {
  failing_length = name.copy(failing_name, sizeof failing_name);
  failing_errno = errno_value;
  waiting_for_proof = after_proof;
}

void note_proof() {
  waiting_for_proof = false;
}

Error explained(std::string_view step, Error error) {
  std::string message = error.message();
  message += remedy_for(step, error.errno_value());
  return std::move(error).with_message(std::move(message)).with_context(step);
}

Error step_error(std::string_view step, int errno_value) {
  Error error = Error::from_errno(step, "", errno_value);
  std::string message = error.message();
  message += remedy_for(step, errno_value);
  return std::move(error).with_message(std::move(message));
}

int injected_errno(std::string_view name) {
  return failing_errno != 0 && !waiting_for_proof &&
                 name == std::string_view(failing_name, failing_length)
             ? failing_errno
             : 0;
}

}  // namespace glovebox
