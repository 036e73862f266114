// What the init of a slot is doing, and which changes there are. Reusing an init for several jobs
// is decided by InitPool; this is its one table.
#pragma once

#include <optional>

namespace glovebox {

enum class InitState {
  kAbsent,    // there is none, or it has ended
  kReady,     // waits for any job
  kMounted,   // waits, with the last job's mounts, which that job left untouched
  kRunning,   // has a job
  kFinished,  // its job is over; waits until InitPool has decided what can be reused
};

enum class InitEvent {
  kCloned,
  kTaken,    // it was given a job
  kJobOver,  // it says that its job is over and no other process of it is left
  kKept,     // its mounts can be reused
  kRenewed,  // its mounts were replaced by empty ones
  kEnded,    // it has died, with everything in its namespaces
};

// Nothing where the event cannot happen in that state.
std::optional<InitState> next_state(InitState state, InitEvent event);

}  // namespace glovebox
