#include "sandbox/setup_step.h"

namespace glovebox {
namespace {

// Written once, before any thread or child; inherited by fork.
char failing_name[32];
std::size_t failing_length = 0;
int failing_errno = 0;
bool waiting_for_proof = false;

}  // namespace

void fail_setup_step(std::string_view name, int errno_value, bool after_proof) {
  failing_length = name.copy(failing_name, sizeof failing_name);
  failing_errno = errno_value;
  waiting_for_proof = after_proof;
}

void note_proof() {
  waiting_for_proof = false;
}

int injected_errno(std::string_view name) {
  return failing_errno != 0 && !waiting_for_proof &&
                 name == std::string_view(failing_name, failing_length)
             ? failing_errno
             : 0;
}

}  // namespace glovebox
