// Every step on the way into a sandbox has a name, so that a failure says where it happened, and
// tests can make each one fail in turn and see that nothing ever runs unsealed.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// Once for each slot, in this order. A slot that fails one is not used.
inline constexpr std::array<std::string_view, 19> kSlotSteps{
    "cgroup-create", "store-mount", "clone-slot",     "id-map", "cgroup-enter",
    "identity-slot", "oom-score",   "private-mounts", "root",   "root-etc",
    "root-dev",      "store",       "roots",          "pivot",  "hostname",
    "user-limits",   "bounding",    "no-new-privs",   "seccomp"};

// Once for each job, in this order. "exec" is not among them: its failure is reported
// separately, as the tool's.
inline constexpr std::array<std::string_view, 18> kJobSteps{
    "limits",  "clone-init", "proc", "disk",     "hand-over", "job-root",
    "size",    "work",       "shm",  "tmp",      "ruleset",   "session",
    "streams", "rlimits",    "cwd",  "identity", "landlock",  "descriptors"};

// The same in the landlock tier.
inline constexpr std::array<std::string_view, 8> kLandlockSlotSteps{
    "cgroup-create", "clone-slot", "cgroup-enter", "identity-slot",
    "oom-score",     "proc-slot",  "folders",      "no-new-privs"};
inline constexpr std::array<std::string_view, 12> kLandlockJobSteps{
    "limits", "clone-job", "session", "work",     "streams",     "rlimits",
    "cwd",    "identity",  "ruleset", "landlock", "descriptors", "seccomp"};

// Of the same tier, once the job's process is there: giving the supervisor its own score for the
// OOM killer back. Not in the list, since the tool may have begun when it fails; it is then killed.
inline constexpr std::string_view kScoreBackStep = "score-back";

// For tests: from now on the step of that name fails with that errno, in this process and its
// children; `after_proof`: only once a slot has called note_proof().
void fail_setup_step(std::string_view name, int errno_value, bool after_proof = false);
void note_proof();

// The errno to fail the step with, or 0. Async-signal-safe.
int injected_errno(std::string_view name);

// A step that failed with that errno, with what to do about it where that is known.
Error step_error(std::string_view step, int errno_value);
// The same for an Error of the step: puts the step's name before it.
Error explained(std::string_view step, Error error);

// Runs `f`, unless failure is injected; puts the step's name before the Error.
template <class F>
Result<void> setup_step(std::string_view name, F&& f) {
  if (int injected = injected_errno(name)) {
    return explained(name, Error::from_errno("injected", "", injected));
  }
  Result<void> result = f();
  if (result.has_error()) return explained(name, std::move(result).error());
  return result;
}

}  // namespace glovebox
