// The test stands at the other end of the sockets: it is the slots and the launcher.
#include "sandbox/slot_pool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "base/os.h"
#include "sandbox/launcher_protocol.h"
#include "sandbox/packet.h"
#include "sandbox/slot_protocol.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

bool is_dev_null(const UniqueFd& fd) {
  struct stat status, null;
  return ::fstat(fd.get(), &status) == 0 && ::stat("/dev/null", &null) == 0 &&
         status.st_rdev == null.st_rdev && S_ISCHR(status.st_mode);
}

// One start() and what came of it.
struct Started {
  std::unique_ptr<SandboxRun> run;
  std::optional<Result<SandboxResult>> end;
  int ends = 0;
};

class SlotPoolTest : public testing::Test {
 protected:
  boost::asio::io_context loop_;
  std::vector<UniqueFd> slots_;  // the slots' own ends
  UniqueFd launcher_;            // the launcher's
  std::unique_ptr<Sandbox> sandbox_;

  void make_pool(std::size_t count = 1) {
    std::vector<UniqueFd> ends;
    for (std::size_t i = 0; i < count; ++i) {
      auto pair = os::seqpacket_pair().value();
      ends.push_back(std::move(pair.first));
      slots_.push_back(std::move(pair.second));
    }
    auto control = os::seqpacket_pair().value();
    launcher_ = std::move(control.second);
    IsolationReport report;
    report.tier = Tier::kNamespaces;
    sandbox_ = make_slot_pool(loop_, std::move(control.first), std::move(ends), std::move(report));
  }

  static ValidSpec spec(const std::string& program = "true") {
    SandboxSpec spec;
    spec.argv = {program};
    return ValidSpec::validate(std::move(spec)).value();
  }

  std::shared_ptr<Started> start(const std::string& program = "true", SandboxStreams streams = {}) {
    auto started = std::make_shared<Started>();
    started->run = sandbox_->start(spec(program), std::move(streams),
                                   [started = started.get()](Result<SandboxResult> result) {
                                     ++started->ends;
                                     started->end = std::move(result);
                                   });
    EXPECT_EQ(started->ends, 0) << "called from inside start()";
    return started;
  }

  // Everything that is there to be done; a pool that waits keeps the loop from ending.
  void pump() {
    loop_.restart();
    while (loop_.poll() > 0) loop_.restart();
  }

  Packet take(std::size_t slot = 0) {
    pump();
    return receive_packet(slots_[slot].get(), false).value();
  }
  // The program of the Run that has come, or "" for none.
  std::string taken_program(std::size_t slot = 0) {
    Packet packet = take(slot);
    if (packet.empty || packet.end) return {};
    ToSlot message = decode_to_slot(packet.bytes).value();
    auto* run = std::get_if<RunPacket>(&message);
    return run != nullptr ? run->spec.argv.front() : "";
  }
  bool kill_came(std::size_t slot = 0) {
    Packet packet = take(slot);
    if (packet.empty || packet.end) return false;
    return std::holds_alternative<KillPacket>(decode_to_slot(packet.bytes).value());
  }

  void say(std::string_view bytes, std::size_t slot = 0, std::span<const int> fds = {}) {
    ASSERT_TRUE(send_packet(slots_[slot].get(), bytes, fds).has_value());
    pump();
  }
  void end_run(Outcome outcome, std::size_t slot = 0) {
    EndedPacket ended;
    ended.outcome = std::move(outcome);
    say(encode(ended), slot);
  }

  // As a launcher does for a slot that died.
  void replace(std::size_t index) {
    auto pair = os::seqpacket_pair().value();
    int fds[] = {pair.first.get()};
    ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotPacket{index}), fds).has_value());
    slots_[index] = std::move(pair.second);
    pump();
  }
};

#define EXPECT_RUNS(started) EXPECT_EQ((started)->ends, 0)

TEST_F(SlotPoolTest, SaysWhatItWasMadeOf) {
  make_pool(3);
  EXPECT_EQ(sandbox_->slots(), 3u);
  EXPECT_EQ(sandbox_->isolation().tier, Tier::kNamespaces);
}

TEST_F(SlotPoolTest, HandsARunOverAndBringsItsEndBack) {
  make_pool();
  auto started = start("echo");
  EXPECT_EQ(taken_program(), "echo");
  EXPECT_RUNS(started);
  EndedPacket ended;
  ended.outcome = Exited{3};
  ended.usage = {5ms, 6ms, ByteCount(7), 8};
  ended.artifacts_truncated = true;
  say(encode(ended));
  ASSERT_EQ(started->ends, 1);
  const SandboxResult& result = started->end->value();
  EXPECT_EQ(result.outcome, Outcome(Exited{3}));
  EXPECT_EQ(result.usage, ended.usage);
  EXPECT_TRUE(result.artifacts_truncated);
  EXPECT_THAT(result.artifacts, IsEmpty());
}

TEST_F(SlotPoolTest, PassesTheStreamsOnAndNothingOfThemStays) {
  make_pool();
  auto in = os::pipe().value();
  auto out = os::pipe().value();
  auto started = start("true", {std::move(in.first), std::move(out.second), UniqueFd()});
  {
    Packet packet = take();
    ASSERT_EQ(packet.fds.size(), 3u);
    EXPECT_TRUE(is_dev_null(packet.fds[2])) << "an invalid stream is /dev/null";
    ASSERT_EQ(::write(packet.fds[1].get(), "x", 1), 1);
  }
  char bytes[2];
  EXPECT_EQ(::read(out.first.get(), bytes, 2), 1);
  EXPECT_EQ(::read(out.first.get(), bytes, 2), 0) << "the pool still holds the writing end";
}

TEST_F(SlotPoolTest, CollectsArtifacts) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  auto content = os::pipe().value();
  int fds[] = {content.first.get()};
  say(encode(ArtifactPacket{"a.txt", 1}), 0, fds);
  say(encode(ArtifactPacket{"b/c.txt", 2}), 0, fds);
  end_run(Exited{0});
  ASSERT_EQ(started->ends, 1);
  const auto& artifacts = started->end->value().artifacts;
  ASSERT_EQ(artifacts.size(), 2u);
  EXPECT_EQ(artifacts[0].path, "a.txt");
  EXPECT_EQ(artifacts[1].path, "b/c.txt");
  EXPECT_EQ(artifacts[1].size_bytes, 2);
  EXPECT_TRUE(artifacts[1].content.valid());
}

TEST_F(SlotPoolTest, TakesAsManyArtifactsAsItsBoundAndNoMore) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  for (std::size_t i = 0; i < kMaxArtifacts; ++i) say(encode(ArtifactPacket{"a", 1}), 0, fds);
  EXPECT_RUNS(started);
  say(encode(ArtifactPacket{"one more", 1}), 0, fds);
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(started->end->has_error());
}

TEST_F(SlotPoolTest, TellsAFailedStepFromAProgramThatIsNotThere) {
  make_pool();
  auto set_up = start();
  EndedPacket ended;
  ended.failed_step = "work";
  ended.errno_value = ENOSPC;
  say(encode(ended));
  ASSERT_EQ(set_up->ends, 1);
  EXPECT_EQ(set_up->end->error().kind(), ErrorKind::kInternal);
  EXPECT_EQ(set_up->end->error().errno_value(), ENOSPC);
  EXPECT_THAT(set_up->end->error().message(), HasSubstr("work"));
  auto exec = start("no-such-tool");
  ended.failed_step.clear();
  ended.errno_value = ENOENT;
  say(encode(ended));
  ASSERT_EQ(exec->ends, 1);
  EXPECT_EQ(exec->end->error().kind(), ErrorKind::kUser);
  EXPECT_EQ(exec->end->error().errno_value(), ENOENT);
  EXPECT_THAT(exec->end->error().message(), HasSubstr("no-such-tool"));
}

TEST_F(SlotPoolTest, RunsAsManyAtOnceAsSlotsAndRefusesOneMore) {
  make_pool(2);
  auto first = start("one"), second = start("two"), third = start("three");
  EXPECT_EQ(taken_program(0), "one");
  EXPECT_EQ(taken_program(1), "two");
  EXPECT_RUNS(first);
  EXPECT_RUNS(second);
  ASSERT_EQ(third->ends, 1);
  EXPECT_EQ(third->end->error().kind(), ErrorKind::kInternal);
  end_run(Exited{0}, 1);
  EXPECT_EQ(second->ends, 1);
  auto fourth = start("four");
  EXPECT_EQ(taken_program(1), "four");
}

TEST_F(SlotPoolTest, KillsOnceAndBringsTheEndBack) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  started->run->kill();
  started->run->kill();
  EXPECT_TRUE(kill_came());
  EXPECT_FALSE(kill_came());
  EXPECT_RUNS(started);
  end_run(Cancelled{});
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(started->end->value().outcome, Outcome(Cancelled{}));
}

TEST_F(SlotPoolTest, KillsNothingAfterTheEnd) {
  make_pool();
  auto first = start("one");
  EXPECT_EQ(taken_program(), "one");
  end_run(Exited{0});
  auto second = start("two");
  EXPECT_EQ(taken_program(), "two");
  first->run->kill();
  first->run.reset();
  EXPECT_FALSE(kill_came()) << "that would have been the second run's";
}

TEST_F(SlotPoolTest, KillsARunWhoseHandleGoesAndDoesNotCallBack) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  started->run.reset();
  EXPECT_TRUE(kill_came());
  end_run(Cancelled{});
  EXPECT_EQ(started->ends, 0);
  start("next");
  EXPECT_EQ(taken_program(), "next") << "the slot is free again";
}

TEST_F(SlotPoolTest, DoesNotCallBackWhereTheHandleGoesAfterTheEndCame) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  EndedPacket ended;
  ASSERT_TRUE(send_packet(slots_[0].get(), encode(ended)).has_value());
  loop_.restart();
  loop_.poll_one();  // reads the end; the call back is still to come
  started->run.reset();
  pump();
  EXPECT_EQ(started->ends, 0);
}

TEST_F(SlotPoolTest, LosesASlotThatSendsNonsense) {
  auto artifact = encode(ArtifactPacket{"no descriptor", 1});
  for (const std::string& nonsense : {std::string("x"), encode(KillPacket{}), artifact}) {
    slots_.clear();
    make_pool();
    auto started = start();
    EXPECT_EQ(taken_program(), "true");
    say(nonsense);
    ASSERT_EQ(started->ends, 1);
    EXPECT_THAT(started->end->error().message(), HasSubstr("nonsense"));
    EXPECT_TRUE(take().end) << "its socket must be closed, which ends it";
  }
}

TEST_F(SlotPoolTest, LosesASlotThatSpeaksUnasked) {
  make_pool();
  say(encode(EndedPacket{}));
  EXPECT_TRUE(take().end);
}

TEST_F(SlotPoolTest, FailsTheRunOfASlotThatDies) {
  make_pool(2);
  auto first = start("one"), second = start("two");
  slots_[0].reset();
  pump();
  ASSERT_EQ(first->ends, 1);
  EXPECT_EQ(first->end->error().kind(), ErrorKind::kInternal);
  EXPECT_THAT(first->end->error().message(), HasSubstr("died"));
  EXPECT_RUNS(second);
}

TEST_F(SlotPoolTest, WaitsForTheReplacementOfASlot) {
  make_pool();
  slots_[0].reset();
  pump();
  auto started = start("late");
  pump();
  EXPECT_RUNS(started);
  replace(0);
  EXPECT_EQ(taken_program(), "late");
  end_run(Exited{0});
  EXPECT_EQ(started->ends, 1);
}

TEST_F(SlotPoolTest, TakesAReplacementThatIsFasterThanTheEndOfTheOld) {
  make_pool();
  auto started = start();
  UniqueFd old = std::move(slots_[0]);
  replace(0);
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(started->end->has_error());
  start("next");
  EXPECT_EQ(taken_program(), "next");
}

TEST_F(SlotPoolTest, CancelsARunThatIsKilledWhileItWaits) {
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

TEST_F(SlotPoolTest, CancelsARunThatIsKilledWhileItWaitsAtOnce) {
  make_pool();
  slots_[0].reset();
  pump();
  auto started = start("never");
  started->run->kill();
  pump();
  ASSERT_EQ(started->ends, 1) << "no replacement may ever come";
  EXPECT_EQ(started->end->value().outcome, Outcome(Cancelled{}));
}

TEST_F(SlotPoolTest, FailsWhatWaitsWhenTheLauncherIsGone) {
  make_pool(2);
  auto running = start("one");
  slots_[1].reset();
  pump();
  auto waiting = start("two");
  launcher_.reset();
  pump();
  ASSERT_EQ(waiting->ends, 1);
  EXPECT_THAT(waiting->end->error().message(), HasSubstr("launcher"));
  EXPECT_RUNS(running);  // its slot ends by itself, and tells by that
  slots_[0].reset();
  pump();
  EXPECT_EQ(running->ends, 1);
  auto late = start("three");
  pump();
  ASSERT_EQ(late->ends, 1);
  EXPECT_THAT(late->end->error().message(), HasSubstr("launcher"));
}

TEST_F(SlotPoolTest, GivesUpALauncherThatFailsOrSendsNonsense) {
  for (const std::string& word :
       {encode(FailedPacket{"root: no /usr", ENOENT}), std::string("x")}) {
    slots_.clear();
    make_pool();
    ASSERT_TRUE(send_packet(launcher_.get(), word).has_value());
    pump();
    auto started = start();
    pump();
    ASSERT_EQ(started->ends, 1);
    EXPECT_TRUE(started->end->has_error());
  }
}

TEST_F(SlotPoolTest, PassesOverReplacementsThatCannotBe) {
  make_pool();
  int fds[] = {launcher_.get()};
  // No such slot; no descriptor; a report, as a launcher that was started again sends.
  ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotPacket{1}), fds).has_value());
  ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotPacket{0})).has_value());
  ASSERT_TRUE(send_packet(launcher_.get(), encode(ReportPacket{})).has_value());
  start("still");
  EXPECT_EQ(taken_program(), "still");
}

TEST_F(SlotPoolTest, ClosesItsSlotsWhenItGoes) {
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
