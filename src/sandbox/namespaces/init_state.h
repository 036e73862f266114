// The states of a slot's init and the allowed changes between them. InitPool decides whether an
// init is reused; this is its only state table.
#pragma once

#include <optional>

namespace glovebox {

enum class InitState {
  kAbsent,    // there is none, or it has ended
  kReady,     // waits for any job
  kMounted,   // waits, with the last job's mounts, which that job did not change
  kRunning,   // has a job
  kFinished,  // its job has ended; waits until InitPool has decided what can be reused
};

enum class InitEvent {
  kCloned,
  kTaken,    // it received a job
  kJobOver,  // it reported that its job has ended and no other process of the job is left
  kKept,     // its mounts can be reused
  kRenewed,  // its mounts were replaced by empty ones
  kEnded,    // it has died, with everything in its namespaces
};

// Returns nothing if the event is not allowed in that state.
std::optional<InitState> next_state(InitState state, InitEvent event);

}  // namespace glovebox
