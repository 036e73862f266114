// JobState: what this process is doing with a job, and the only allowed changes between states.
//
// The order of the enumerators matters: outcome_known() and has_ended() compare them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace glovebox {

enum class JobState : std::uint8_t {
  kAccepted,      // admitted; the store is writing it, or its group holds it back
  kQueued,        // waits for a slot
  kHandedOver,    // waits for the next process, because this one shuts down
  kRunning,       // has a slot
  kCancelling,    // a client has cancelled it
  kShuttingDown,  // it is being ended because the server shuts down
  kEnding,        // the outcome is known; the end is being recorded
  kUnrecorded,    // clients see the end; the store has refused it so far
  kEnded,         // clients see the end; the store has it
  kWithdrawn,     // admitted, but the store refused it: it was never a job
};
inline constexpr std::size_t kJobStates = 10;

namespace job_state_detail {

using NextStates = std::uint16_t;  // a bit for each JobState

constexpr NextStates one_of(std::initializer_list<JobState> states) {
  unsigned bits = 0;
  for (JobState state : states) bits |= 1U << static_cast<unsigned>(state);
  return static_cast<NextStates>(bits);
}

// The transition table: for each state, in their order, the states that may follow.
inline constexpr std::array<NextStates, kJobStates> kNext = {
    /* kAccepted     */ one_of({JobState::kQueued, JobState::kCancelling, JobState::kWithdrawn}),
    /* kQueued       */
    one_of({JobState::kHandedOver, JobState::kRunning, JobState::kCancelling,
            JobState::kShuttingDown}),
    /* kHandedOver   */ one_of({JobState::kCancelling}),
    // Back into the queue: its slot died before the job wrote anything.
    /* kRunning      */
    one_of({JobState::kQueued, JobState::kCancelling, JobState::kShuttingDown, JobState::kEnding}),
    /* kCancelling   */ one_of({JobState::kEnding, JobState::kWithdrawn}),
    /* kShuttingDown */ one_of({JobState::kQueued, JobState::kEnding}),
    /* kEnding       */ one_of({JobState::kUnrecorded, JobState::kEnded}),
    /* kUnrecorded   */ one_of({JobState::kEnded}),
    /* kEnded        */ one_of({}),
    /* kWithdrawn    */ one_of({}),
};

}  // namespace job_state_detail

constexpr bool may_move(JobState from, JobState to) {
  unsigned next = job_state_detail::kNext[static_cast<std::size_t>(from)];
  return (next >> static_cast<unsigned>(to) & 1U) != 0;
}

// It has a place in the queue.
constexpr bool is_waiting(JobState state) {
  return state == JobState::kQueued || state == JobState::kHandedOver;
}
// The outcome can no longer change.
constexpr bool outcome_known(JobState state) {
  return state >= JobState::kEnding;
}
// Clients see the end.
constexpr bool has_ended(JobState state) {
  return state >= JobState::kUnrecorded;
}

// For logs: "queued", "handed over".
constexpr std::string_view job_state_name(JobState state) {
  constexpr std::array<std::string_view, kJobStates> kNames = {
      "accepted",      "queued", "handed over", "running", "cancelling",
      "shutting down", "ending", "unrecorded",  "ended",   "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace glovebox
