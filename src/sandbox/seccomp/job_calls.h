// Which system calls a job may make, and with which arguments: an allow-list. A call that is not on
// it answers ENOSYS, as on a kernel without it; one that would harm others answers EPERM, so that
// the reason is plain. docs/system-calls.md is made from this table.
//
// The list holds what the shipped tools, their examples and real projects were recorded to call
// (tests/calls), and the calls that libc makes in their place. clone3 and openat2 are not on it: a
// filter cannot see their arguments, and programs fall back to clone and openat.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/seccomp/seccomp_rule.h"

namespace glovebox {

struct JobCall {
  std::string name;
  CallRule rule;
  std::string_view arguments;  // what the rule lets through, in words; empty: anything
  std::string_view group;      // of kCallGroups
};

struct CallGroup {
  std::string_view name;
  std::string_view why_safe;
};
const std::vector<CallGroup>& call_groups();

// Of the namespaces tier. The supervisor of a slot and the init of a job run under it as well.
const std::vector<JobCall>& job_calls();
// EPERM whatever the arguments.
const std::vector<const char*>& refused_calls();
// The supervisor is asked: it allows them to a job that needs "ipc", and the init is not reused.
const std::vector<const char*>& ipc_calls();
// Memory that no process maps counts in nobody's resident size. Without a memory cgroup these are
// not there.
const std::vector<const char*>& unmapped_memory_calls();

}  // namespace glovebox
