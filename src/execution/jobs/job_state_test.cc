#include "execution/jobs/job_state.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace glovebox {
namespace {

using enum JobState;

JobState state(std::size_t number) {
  return static_cast<JobState>(number);
}

// The sequence of states of each kind of job.
static_assert(may_move(kAccepted, kQueued) && may_move(kQueued, kRunning) &&
              may_move(kRunning, kEnding) && may_move(kEnding, kEnded));
static_assert(may_move(kRunning, kCancelling) && may_move(kCancelling, kEnding));
static_assert(may_move(kRunning, kQueued), "its slot died");
static_assert(may_move(kEnding, kUnrecorded) && may_move(kUnrecorded, kEnded));

TEST(JobStateTest, NoStateIsSkippedOrEnteredTwice) {
  for (std::size_t i = 0; i < kJobStates; ++i) EXPECT_FALSE(may_move(state(i), state(i)));
  EXPECT_FALSE(may_move(kAccepted, kRunning)) << "without a place in the queue";
  EXPECT_FALSE(may_move(kQueued, kEnding)) << "without a reason";
  EXPECT_FALSE(may_move(kRunning, kEnded)) << "without an outcome";
  EXPECT_FALSE(may_move(kHandedOver, kRunning)) << "the next process runs it";
}

TEST(JobStateTest, AKnownOutcomeNeverChanges) {
  for (std::size_t from = 0; from < kJobStates; ++from) {
    for (std::size_t to = 0; to < kJobStates; ++to) {
      if (!may_move(state(from), state(to))) continue;
      if (outcome_known(state(from))) {
        EXPECT_TRUE(outcome_known(state(to)));
      }
      if (has_ended(state(from))) {
        EXPECT_EQ(state(to), kEnded);
      }
    }
  }
}

TEST(JobStateTest, TheFirstReasonToStopIsTheOneThatCounts) {
  EXPECT_FALSE(may_move(kCancelling, kShuttingDown));
  EXPECT_FALSE(may_move(kShuttingDown, kCancelling));
}

TEST(JobStateTest, EveryStateCanBeReachedAndLeadsToAnEnd) {
  std::set<JobState> reached{kAccepted};
  for (std::size_t round = 0; round < kJobStates; ++round) {
    for (std::size_t from = 0; from < kJobStates; ++from) {
      if (!reached.contains(state(from))) continue;
      for (std::size_t to = 0; to < kJobStates; ++to) {
        if (may_move(state(from), state(to))) reached.insert(state(to));
      }
    }
  }
  EXPECT_EQ(reached.size(), kJobStates);
  for (std::size_t from = 0; from < kJobStates; ++from) {
    bool leads_on = false;
    for (std::size_t to = 0; to < kJobStates; ++to) leads_on |= may_move(state(from), state(to));
    EXPECT_EQ(leads_on, state(from) != kEnded && state(from) != kWithdrawn)
        << job_state_name(state(from));
  }
}

TEST(JobStateTest, EveryStateHasAUniqueName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kJobStates; ++i) names.insert(job_state_name(state(i)));
  EXPECT_EQ(names.size(), kJobStates);
}

}  // namespace
}  // namespace glovebox
