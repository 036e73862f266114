#include "sandbox/namespaces/init_state.h"

#include <gtest/gtest.h>

#include <vector>

namespace glovebox {
namespace {

using enum InitState;
using enum InitEvent;

constexpr InitState kStates[] = {kAbsent, kReady, kMounted, kRunning, kFinished};
constexpr InitEvent kEvents[] = {kCloned, kTaken, kJobOver, kKept, kRenewed, kEnded};

std::optional<InitState> after(std::vector<InitEvent> events) {
  std::optional<InitState> state = kAbsent;
  for (InitEvent event : events) {
    if (state) state = next_state(*state, event);
  }
  return state;
}

TEST(InitStateTest, AnInitRunsOneJobAfterTheOther) {
  EXPECT_EQ(after({kCloned}), kReady);
  EXPECT_EQ(after({kCloned, kTaken}), kRunning);
  EXPECT_EQ(after({kCloned, kTaken, kJobOver}), kFinished);
  EXPECT_EQ(after({kCloned, kTaken, kJobOver, kKept}), kMounted);
  EXPECT_EQ(after({kCloned, kTaken, kJobOver, kKept, kTaken}), kRunning);
  EXPECT_EQ(after({kCloned, kTaken, kJobOver, kRenewed, kTaken}), kRunning);
  EXPECT_EQ(after({kCloned, kTaken, kJobOver, kKept, kRenewed}), kReady);
}

TEST(InitStateTest, AJobIsTakenOnlyByAnInitThatWaits) {
  for (InitState state : kStates) {
    EXPECT_EQ(next_state(state, kTaken).has_value(), state == kReady || state == kMounted);
  }
}

TEST(InitStateTest, MountsAreKeptOnlyAfterAJobHasEnded) {
  for (InitState state : kStates) {
    EXPECT_EQ(next_state(state, kKept).has_value(), state == kFinished);
    EXPECT_EQ(next_state(state, kJobOver).has_value(), state == kRunning);
  }
}

TEST(InitStateTest, OnlyALiveInitCanEnd) {
  for (InitState state : kStates) {
    if (state == kAbsent) continue;
    EXPECT_EQ(next_state(state, kEnded), kAbsent);
    EXPECT_FALSE(next_state(state, kCloned)) << "the last one is reaped first";
  }
  for (InitEvent event : kEvents) {
    EXPECT_EQ(next_state(kAbsent, event).has_value(), event == kCloned);
  }
}

}  // namespace
}  // namespace glovebox
