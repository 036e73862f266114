// Slots and launchers that die, send invalid packets or come back.
#include <gmock/gmock.h>

#include "sandbox/pool/slot_pool_fixture.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using SlotPoolLossesTest = SlotPoolFixture;

TEST_F(SlotPoolLossesTest, ReplacesASlotThatSendsAnInvalidPacket) {
  auto artifact = encode(ArtifactPacket{"no descriptor", 1});
  for (const std::string& nonsense : {std::string("x"), encode(KillPacket{}), artifact}) {
    slots_.clear();
    make_pool();
    auto started = start();
    EXPECT_EQ(taken_program(), "true");
    say(nonsense);
    ASSERT_EQ(started->ends, 1);
    EXPECT_THAT(started->end->error().message(), HasSubstr("invalid packet"));
    EXPECT_TRUE(take().end) << "its socket must be closed, which ends it";
  }
}

TEST_F(SlotPoolLossesTest, ReplacesASlotThatSendsAnUnexpectedPacket) {
  make_pool();
  say(encode(EndedPacket{}));
  EXPECT_TRUE(take().end);
}

TEST_F(SlotPoolLossesTest, KeepsTheVerdictOfASlotThatEndsAfterItsJob) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  EndedPacket ended;
  ended.outcome = LimitExceeded{LimitKind::kWallTime, 1000, 1005, std::nullopt, std::nullopt};
  ended.slot_ends = true;
  say(encode(ended));
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(std::get<LimitExceeded>(started->end->value().outcome).observed, 1005);
  EXPECT_TRUE(take().end) << "no other job may get that slot";
  EXPECT_TRUE(replacement_asked_for().has_value());
}

TEST_F(SlotPoolLossesTest, FailsTheRunOfASlotThatDies) {
  make_pool(2);
  auto first = start("one"), second = start("two");
  slots_[0].reset();
  pump();
  EXPECT_EQ(first->ends, 0) << "why it died is not known yet";
  say_died(0);
  ASSERT_EQ(first->ends, 1);
  EXPECT_EQ(first->end->error().kind(), ErrorKind::kInternal);
  EXPECT_THAT(first->end->error().message(), HasSubstr("died"));
  EXPECT_EQ(second->ends, 0);
}

TEST_F(SlotPoolLossesTest, ASlotKilledForMemoryIsTheMemoryVerdict) {
  for (bool word_comes_first : {false, true}) {
    slots_.clear();
    make_pool();
    auto started = start();
    EXPECT_EQ(taken_program(), "true");
    UsedPacket used;
    used.usage.user = std::chrono::milliseconds(70);
    say(encode(used));
    if (word_comes_first) {
      // The socket has also been closed, but that has not been read yet.
      ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotDiedPacket{0, true})).has_value());
      slots_[0].reset();
      pump();
    } else {
      slots_[0].reset();
      pump();
      say_died(0, true);
    }
    ASSERT_EQ(started->ends, 1);
    const SandboxResult& result = started->end->value();
    auto* limit = std::get_if<LimitExceeded>(&result.outcome);
    ASSERT_NE(limit, nullptr);
    EXPECT_EQ(limit->which, LimitKind::kMemory);
    EXPECT_EQ(result.usage.user, std::chrono::milliseconds(70));
    EXPECT_EQ(result.usage.peak_memory, Limits().memory);
  }
}

TEST_F(SlotPoolLossesTest, ARunThatEndedBeforeItsSlotDiedKeepsItsOwnEnd) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  ASSERT_TRUE(send_packet(slots_[0].get(), encode(EndedPacket{})).has_value());
  slots_[0].reset();
  say_died(0, true);
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(started->end->value().outcome, Outcome(Exited{0}));
}

TEST_F(SlotPoolLossesTest, ARunIsLostIfTheLauncherReportsNothingAboutItsSlot) {
  options_.look_every = std::chrono::milliseconds(5);
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  slots_[0].reset();
  ASSERT_TRUE(pump_until([&] { return started->ends == 1; }));
  EXPECT_TRUE(is_lost_run(started->end->error()));
}

TEST_F(SlotPoolLossesTest, WaitsForTheReplacementOfASlot) {
  make_pool();
  slots_[0].reset();
  pump();
  auto started = start("late");
  pump();
  EXPECT_EQ(started->ends, 0);
  replace(0);
  EXPECT_EQ(taken_program(), "late");
  end_run(Exited{0});
  EXPECT_EQ(started->ends, 1);
}

TEST_F(SlotPoolLossesTest, AcceptsAReplacementThatArrivesBeforeTheEndOfTheOldSlot) {
  make_pool();
  auto started = start();
  UniqueFd old = std::move(slots_[0]);
  replace(0);
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(started->end->has_error());
  start("next");
  EXPECT_EQ(taken_program(), "next");
}

TEST_F(SlotPoolLossesTest, CancelsARunThatIsKilledWhileItWaits) {
  make_pool();
  slots_[0].reset();
  pump();
  auto started = start("never");
  started->run->kill();
  replace(0);
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(started->end->value().outcome, Outcome(Cancelled{}));
  EXPECT_EQ(taken_program(), "") << "it must not reach the slot";
}

TEST_F(SlotPoolLossesTest, CancelsAKilledWaitingRunImmediately) {
  make_pool();
  slots_[0].reset();
  pump();
  auto started = start("never");
  started->run->kill();
  pump();
  ASSERT_EQ(started->ends, 1) << "no replacement may ever come";
  EXPECT_EQ(started->end->value().outcome, Outcome(Cancelled{}));
}

TEST_F(SlotPoolLossesTest, FailsWaitingRunsWhenTheLauncherIsGone) {
  make_pool(2);
  auto running = start("one");
  slots_[1].reset();
  pump();
  auto waiting = start("two");
  launcher_.reset();
  pump();
  ASSERT_EQ(waiting->ends, 1);
  EXPECT_THAT(waiting->end->error().message(), HasSubstr("launcher"));
  EXPECT_EQ(running->ends, 0);  // its slot ends by itself, which reports the end
  slots_[0].reset();
  pump();
  EXPECT_EQ(running->ends, 1);
  auto late = start("three");
  pump();
  ASSERT_EQ(late->ends, 1);
  EXPECT_THAT(late->end->error().message(), HasSubstr("launcher"));
}

TEST_F(SlotPoolLossesTest, StopsUsingALauncherThatSendsAnInvalidPacket) {
  std::string why;
  options_.on_lost = [&](const std::string& told) { why = told; };
  make_pool();
  ASSERT_TRUE(send_packet(launcher_.get(), "x").has_value());
  pump();
  EXPECT_TRUE(sandbox_->is_lost());
  EXPECT_THAT(why, HasSubstr("invalid packet"));
  auto started = start();
  pump();
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(is_lost_run(started->end->error()));
}

// Its keeper starts another one.
TEST_F(SlotPoolLossesTest, KeepsWaitingRunsUntilAFailedLauncherHasSlotsAgain) {
  int changes = 0, losses = 0;
  options_.on_lost = [&](const std::string&) { ++losses; };
  make_pool();
  sandbox_->on_outage_change([&] { ++changes; });
  slots_[0].reset();
  pump();
  auto started = start("late");
  ASSERT_TRUE(send_packet(launcher_.get(), encode(FailedPacket{"root: no /usr", ENOENT})));
  pump();
  EXPECT_EQ(started->ends, 0);
  EXPECT_THAT(sandbox_->outage(), HasSubstr("root: no /usr"));
  EXPECT_EQ(changes, 1);
  ASSERT_TRUE(send_packet(launcher_.get(), encode(ReportPacket{})).has_value());
  replace(0);
  EXPECT_EQ(sandbox_->outage(), "");
  EXPECT_EQ(changes, 2);
  EXPECT_EQ(taken_program(), "late");
  EXPECT_EQ(losses, 0);
}

TEST_F(SlotPoolLossesTest, ReportsAnOutageAfterAWhileWithoutASlotAndGivesUpLater) {
  std::string why;
  options_.on_lost = [&](const std::string& told) { why = told; };
  options_.outage_after = std::chrono::milliseconds(20);
  options_.outage_patience = std::chrono::milliseconds(50);
  make_pool();
  slots_[0].reset();
  pump();
  EXPECT_EQ(sandbox_->outage(), "") << "a slot that died is mostly replaced at once";
  EXPECT_TRUE(pump_until([&] { return !sandbox_->outage().empty(); }));
  EXPECT_FALSE(sandbox_->is_lost());
  auto started = start("never");
  EXPECT_TRUE(pump_until([&] { return started->ends == 1; }));
  EXPECT_TRUE(is_lost_run(started->end->error()));
  EXPECT_TRUE(sandbox_->is_lost());
  EXPECT_THAT(why, HasSubstr("too long"));
}

TEST_F(SlotPoolLossesTest, ReplacesASlotThatDoesNotRespond) {
  options_.look_every = std::chrono::milliseconds(5);
  options_.most_silent_looks = 4;
  make_pool(2);
  auto silent = start("silent"), lively = start("lively");
  EXPECT_EQ(taken_program(0), "silent");
  EXPECT_EQ(taken_program(1), "lively");
  EXPECT_TRUE(pump_until([&] {
    say(encode(UsedPacket{}), 1);
    return silent->ends == 1;
  }));
  EXPECT_TRUE(is_lost_run(silent->end->error()));
  EXPECT_THAT(silent->end->error().message(), HasSubstr("did not respond"));
  EXPECT_EQ(lively->ends, 0);
  auto asked = replacement_asked_for();
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->index, 0u);
  EXPECT_EQ(asked->offer, 1u);
  replace(0);
  slots_[0].reset();
  asked = replacement_asked_for();
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->offer, 2u) << "the replacement is meant now";
}

TEST_F(SlotPoolLossesTest, ARunThatWasKilledIsCancelledWhenItsSlotDies) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  started->run->kill();
  slots_[0].reset();
  pump();
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(started->end->value().outcome, Outcome(Cancelled{}));
}

TEST_F(SlotPoolLossesTest, IgnoresInvalidReplacements) {
  make_pool();
  int fds[] = {launcher_.get()};
  // An index without a slot; no descriptor; a report, as a restarted launcher sends.
  ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotPacket{1}), fds).has_value());
  ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotPacket{0})).has_value());
  ASSERT_TRUE(send_packet(launcher_.get(), encode(ReportPacket{})).has_value());
  start("still");
  EXPECT_EQ(taken_program(), "still");
}

TEST_F(SlotPoolLossesTest, ClosesItsSlotsWhenDestroyed) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  sandbox_.reset();
  pump();
  EXPECT_TRUE(take().end);
  EXPECT_EQ(started->ends, 0);
  started->run.reset();  // outlives its sandbox
}

}  // namespace
}  // namespace glovebox
