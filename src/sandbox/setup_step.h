// Every step of setting up a sandbox has a name. So a failure says where it happened, and tests can
// make each step fail in turn and check that nothing ever runs without all layers.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// Once for each slot, in this order. A slot in which a step fails is not used.
inline constexpr std::array<std::string_view, 19> kSlotSteps{
    "cgroup-create", "store-mount", "clone-slot",     "id-map", "cgroup-enter",
    "identity-slot", "oom-score",   "private-mounts", "root",   "root-etc",
    "root-dev",      "store",       "roots",          "pivot",  "hostname",
    "user-limits",   "bounding",    "no-new-privs",   "seccomp"};

// Once for each job, in this order. "exec" is not in the list: its failure is reported separately,
// as the tool's.
inline constexpr std::array<std::string_view, 18> kJobSteps{
    "limits",  "clone-init", "proc", "disk",     "hand-over", "job-root",
    "size",    "work",       "shm",  "tmp",      "ruleset",   "session",
    "streams", "rlimits",    "cwd",  "identity", "landlock",  "descriptors"};

// For each job in the landlock tier.
inline constexpr std::array<std::string_view, 8> kLandlockSlotSteps{
    "cgroup-create", "clone-slot", "cgroup-enter", "identity-slot",
    "oom-score",     "proc-slot",  "folders",      "no-new-privs"};
inline constexpr std::array<std::string_view, 12> kLandlockJobSteps{
    "limits", "clone-job", "session", "work",     "streams",     "rlimits",
    "cwd",    "identity",  "ruleset", "landlock", "descriptors", "seccomp"};

// In the landlock tier, after the job's process was created: restores the supervisor's own OOM
// score. It is not in the list, because the tool may have started when it fails; the job is then
// killed.
inline constexpr std::string_view kScoreBackStep = "score-back";

// For tests: from now on the step of that name fails with that errno, in this process and its
// children; `after_proof`: only after a slot has called note_proof().
void fail_setup_step(std::string_view name, int errno_value, bool after_proof = false);
void note_proof();

// The errno to fail the step with, or 0. Async-signal-safe.
int injected_errno(std::string_view name);

// The Error of a step that failed with that errno, with a remedy if one is known.
Error step_error(std::string_view step, int errno_value);
// The same for an Error of the step: prefixes the step's name.
Error explained(std::string_view step, Error error);

// Runs `f`, unless a failure is injected; prefixes the Error with the step's name.
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
