// Every step on the way into a sandbox has a name, so that a failure says where it happened, and
// tests can make each one fail in turn and see that nothing ever runs unsealed.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// Once for each slot, in this order. A slot that fails one is not used.
inline constexpr std::array<std::string_view, 18> kSlotSteps{
    "cgroup-create", "store-mount",    "clone-slot",  "id-map",   "cgroup-enter", "identity-slot",
    "oom-score",     "private-mounts", "root",        "root-etc", "root-dev",     "store",
    "pivot",         "hostname",       "user-limits", "bounding", "no-new-privs", "seccomp"};

// Once for each job, in this order. "exec" is not among them: its failure is told apart, as the
// tool's.
inline constexpr std::array<std::string_view, 17> kJobSteps{
    "limits",  "clone-init", "proc",     "disk",     "hand-over",  "size",
    "work",    "shm",        "tmp",      "ruleset",  "session",    "streams",
    "rlimits", "cwd",        "identity", "landlock", "descriptors"};

// The same in the landlock tier.
inline constexpr std::array<std::string_view, 8> kLandlockSlotSteps{
    "cgroup-create", "clone-slot", "cgroup-enter", "identity-slot",
    "oom-score",     "proc-slot",  "folders",      "no-new-privs"};
inline constexpr std::array<std::string_view, 12> kLandlockJobSteps{
    "limits", "clone-job", "session", "work",     "streams",     "rlimits",
    "cwd",    "identity",  "ruleset", "landlock", "descriptors", "seccomp"};

// For tests: from now on the step of that name fails with that errno, in this process and its
// children; `after_proof`: only once a slot has called note_proof().
void fail_setup_step(std::string_view name, int errno_value, bool after_proof = false);
void note_proof();

// The errno to fail the step with, or 0. Async-signal-safe.
int injected_errno(std::string_view name);

// Runs `f`, unless failure is injected; puts the step's name before the Error.
template <class F>
Result<void> setup_step(std::string_view name, F&& f) {
  if (int injected = injected_errno(name)) {
    return Error::from_errno("injected", "", injected).with_context(name);
  }
  Result<void> result = f();
  if (result.has_error()) return result.error().with_context(name);
  return result;
}

}  // namespace glovebox
