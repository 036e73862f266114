// Compiles rules into a program of classic BPF for seccomp(2).
//
// By hand rather than with libseccomp: there an unconditional rule for a call swallows those with
// conditions, "not equal" compares 64 bits where the kernel takes 32, and no rule says what holds
// otherwise. Calls whose rule is plain cost nothing at run time: the kernel evaluates the program
// once for each of them at installation and keeps the answer in a bitmap (Linux 5.11).
#pragma once

#include <linux/filter.h>

#include <map>
#include <vector>

#include "base/result.h"
#include "sandbox/seccomp/seccomp_rule.h"

namespace glovebox {

using SeccompProgram = std::vector<sock_filter>;

struct CallTable {
  std::map<int, CallRule> rules;  // by the native number of the call
  // A call that has no rule, as on a kernel that does not have it.
  CallAnswer unknown = CallAnswer::kKill;
  // Another architecture's entry, x32 included: the numbers mean other calls there.
  CallAnswer foreign = CallAnswer::kKill;
};

// kInternal where a rule is longer than a jump reaches, or the program longer than the kernel takes
// (BPF_MAXINSNS).
Result<SeccompProgram> compile(const CallTable& table);

}  // namespace glovebox
