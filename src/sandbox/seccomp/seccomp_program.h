// Compiles rules into a program of classic BPF for seccomp(2).
//
// Own code instead of libseccomp, because in libseccomp an unconditional rule for a call overrides
// those with conditions, "not equal" compares 64 bits where the kernel uses 32, and a rule cannot
// state what applies otherwise. Calls with a plain rule cost nothing at run time: the kernel
// evaluates the program once for each of them at installation and caches the answer in a bitmap
// (Linux 5.11).
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
  // The answer for a call without a rule: the same as on a kernel that does not have it.
  CallAnswer unknown = CallAnswer::kKill;
  // For another architecture's entry, including x32: the numbers mean other calls there.
  CallAnswer foreign = CallAnswer::kKill;
};

// kInternal if a rule is longer than a jump can reach, or the program is longer than the kernel
// accepts (BPF_MAXINSNS).
Result<SeccompProgram> compile(const CallTable& table);

}  // namespace glovebox
