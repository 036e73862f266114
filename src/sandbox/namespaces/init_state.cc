#include "sandbox/namespaces/init_state.h"

#include <algorithm>
#include <array>

namespace glovebox {

std::optional<InitState> next_state(InitState state, InitEvent event) {
  using S = InitState;
  using E = InitEvent;
  struct Transition {
    S from;
    E event;
    S to;
  };
  constexpr std::array<Transition, 11> kTransitions{{
      {S::kAbsent, E::kCloned, S::kReady},
      {S::kReady, E::kTaken, S::kRunning},
      {S::kReady, E::kEnded, S::kAbsent},
      {S::kMounted, E::kTaken, S::kRunning},
      {S::kMounted, E::kRenewed, S::kReady},
      {S::kMounted, E::kEnded, S::kAbsent},
      {S::kRunning, E::kJobOver, S::kFinished},
      {S::kRunning, E::kEnded, S::kAbsent},
      {S::kFinished, E::kKept, S::kMounted},
      {S::kFinished, E::kRenewed, S::kReady},
      {S::kFinished, E::kEnded, S::kAbsent},
  }};
  auto found = std::ranges::find_if(kTransitions, [&](const Transition& transition) {
    return transition.from == state && transition.event == event;
  });
  if (found == kTransitions.end()) return std::nullopt;
  return found->to;
}

}  // namespace glovebox
