// Which system calls a job may make, and with which arguments: an allow-list. A call that is not on
// the list returns ENOSYS, as on a kernel without it. A call that would harm others returns EPERM,
// so that the reason is clear. docs/system-calls.md is generated from this table.
//
// The list contains the calls that were recorded for the shipped tools, their examples and real
// projects (tests/calls), and the calls that libc makes in their place. clone3 and openat2 are not
// on it: a filter cannot check their arguments, and programs fall back to clone and openat.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/seccomp/seccomp_rule.h"

namespace glovebox {

struct JobCall {
  std::string name;
  CallRule rule;
  std::string_view arguments;  // what the rule allows, in words; empty: any arguments
  std::string_view group;      // one of kCallGroups
};

struct CallGroup {
  std::string_view name;
  std::string_view why_safe;
};
const std::vector<CallGroup>& call_groups();

// For the namespaces tier. The supervisor of a slot and the init of a job run with the same filter.
const std::vector<JobCall>& job_calls();
// Return EPERM with any arguments.
const std::vector<const char*>& refused_calls();
// Sent to the supervisor, which allows them to a job that needs "ipc"; the init is then not reused.
const std::vector<const char*>& ipc_calls();
// Create memory that no process maps, which no process's resident size includes. Without a memory
// cgroup these calls are not available.
const std::vector<const char*>& unmapped_memory_calls();

}  // namespace glovebox
