#include "sandbox/pool/slot_pool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "sandbox/pool/slot_pool_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using SlotPoolTest = SlotPoolFixture;

bool is_dev_null(const UniqueFd& fd) {
  struct stat status, null;
  return ::fstat(fd.get(), &status) == 0 && ::stat("/dev/null", &null) == 0 &&
         status.st_rdev == null.st_rdev && S_ISCHR(status.st_mode);
}

TEST_F(SlotPoolTest, ReportsItsTierAndLayers) {
  make_pool(3);
  EXPECT_EQ(sandbox_->slots(), 3u);
  EXPECT_EQ(sandbox_->isolation().tier, Tier::kNamespaces);
}

TEST_F(SlotPoolTest, SendsARunAndReturnsItsEnd) {
  make_pool();
  auto started = start("echo");
  EXPECT_EQ(taken_program(), "echo");
  EXPECT_EQ(started->ends, 0);
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

TEST_F(SlotPoolTest, CountsItsSlotsByState) {
  make_pool(3);
  auto first = start();
  auto second = start();
  SlotStates states = sandbox_->slot_states();
  EXPECT_EQ(states.busy, 2u);
  EXPECT_EQ(states.idle, 1u);
  slots_[1].reset();
  pump();
  states = sandbox_->slot_states();
  EXPECT_EQ(states.busy, 1u);
  EXPECT_EQ(states.replaced, 1u);
  EXPECT_EQ(states.idle, 1u);
}

TEST_F(SlotPoolTest, ALaunchIsMeasuredAndATimeOutsideTheRunIsIgnored) {
  make_pool();
  auto now = [] { return std::chrono::steady_clock::now().time_since_epoch(); };
  auto before = now();
  for (auto executed : {0ns, std::chrono::nanoseconds(before - 1s), before + 1h}) {
    auto started = start();
    (void)take();
    EndedPacket ended;
    ended.exec_ns = executed.count();
    say(encode(ended));
    ASSERT_EQ(started->ends, 1);
    EXPECT_FALSE(started->end->value().launch);
  }
  auto started = start();
  (void)take();
  EndedPacket ended;
  ended.exec_ns = now().count();
  say(encode(ended));
  ASSERT_TRUE(started->end->value().launch);
  EXPECT_GE(*started->end->value().launch, 0ns);
  EXPECT_LT(*started->end->value().launch, now() - before);
}

TEST_F(SlotPoolTest, ReportsTheUsageOfARunSoFar) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  EXPECT_EQ(started->run->usage_so_far(), Usage());
  for (int processes : {2, 3}) {
    UsedPacket used{{5ms, 6ms, ByteCount(7), processes}};
    say(encode(used));
    EXPECT_EQ(started->run->usage_so_far(), used.usage);
  }
  EXPECT_EQ(started->ends, 0);
  end_run(Exited{0});
  EXPECT_EQ(started->ends, 1);
}

TEST_F(SlotPoolTest, PassesTheStreamsOnAndClosesThem) {
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
  ASSERT_EQ(::fcntl(out.first.get(), F_SETFL, O_NONBLOCK), 0);
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

// The number of open descriptors is bounded: the slot waits until the server has taken what it
// sent.
TEST_F(SlotPoolTest, PassesArtifactsOnAFewAtATime) {
  make_pool();
  auto started = start();
  std::vector<std::string> taken;
  std::function<void()> go_on;
  started->run->set_artifact_sink(
      [&](std::vector<CollectedArtifact> batch, std::function<void()> done) {
        for (const CollectedArtifact& artifact : batch) taken.push_back(artifact.path);
        go_on = std::move(done);
      });
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  say(encode(ArtifactPacket{"0", 1}), 0, fds);
  for (std::size_t i = 1; i < kArtifactWindow; ++i) {
    say(encode(ArtifactPacket{std::to_string(i), 1}), 0, fds);
  }
  EXPECT_EQ(taken.size(), 1u) << "the next batch waits until the first is taken";
  EXPECT_TRUE(take().empty);
  std::exchange(go_on, nullptr)();
  auto took = [&] { return std::get<TookPacket>(decode_to_slot(take().bytes).value()).count; };
  EXPECT_EQ(took(), 1u);
  EXPECT_EQ(taken.size(), kArtifactWindow);
  std::exchange(go_on, nullptr)();
  EXPECT_EQ(took(), kArtifactWindow - 1);
  end_run(Exited{0});
  ASSERT_EQ(started->ends, 1);
  EXPECT_THAT(started->end->value().artifacts, IsEmpty());
}

TEST_F(SlotPoolTest, ReplacesASlotThatSendsMoreThanTheWindow) {
  make_pool();
  auto started = start();
  std::size_t taken = 0;
  started->run->set_artifact_sink([&](std::vector<CollectedArtifact> batch,
                                      const std::function<void()>&) { taken += batch.size(); });
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  for (std::size_t i = 0; i < kArtifactWindow; ++i) say(encode(ArtifactPacket{"a", 1}), 0, fds);
  EXPECT_EQ(started->ends, 0);
  say(encode(ArtifactPacket{"one more", 1}), 0, fds);
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(started->end->has_error());
  EXPECT_EQ(taken, 1u);
}

TEST_F(SlotPoolTest, EndsARunWhenTheLastOfItsArtifactsIsTaken) {
  make_pool();
  auto started = start();
  std::function<void()> go_on;
  started->run->set_artifact_sink(
      [&](std::vector<CollectedArtifact>, std::function<void()> done) { go_on = std::move(done); });
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  say(encode(ArtifactPacket{"a", 1}), 0, fds);
  say(encode(ArtifactPacket{"b", 1}), 0, fds);
  end_run(Exited{0});
  std::exchange(go_on, nullptr)();
  ASSERT_TRUE(go_on) << "the second batch";
  pump();
  EXPECT_EQ(started->ends, 0);
  EXPECT_TRUE(take().empty) << "a slot whose job has ended needs no word, and gets no other run";
  std::exchange(go_on, nullptr)();
  pump();
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(started->end->value().outcome, Outcome(Exited{0}));
  auto next = start("next");
  EXPECT_EQ(taken_program(), "next");
}

TEST_F(SlotPoolTest, KeepsTheEndOfARunWhoseSlotDiesBeforeItsArtifactsAreTaken) {
  make_pool();
  auto started = start();
  started->run->set_artifact_sink(
      [](std::vector<CollectedArtifact>, const std::function<void()>&) {});
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  say(encode(ArtifactPacket{"a", 1}), 0, fds);
  end_run(Exited{3});
  EXPECT_EQ(started->ends, 0);
  slots_[0].reset();
  pump();
  ASSERT_EQ(started->ends, 1);
  EXPECT_EQ(started->end->value().outcome, Outcome(Exited{3}));
}

TEST_F(SlotPoolTest, ReplacesASlotThatSendsAfterTheEndOfItsRun) {
  make_pool();
  auto started = start();
  started->run->set_artifact_sink(
      [](std::vector<CollectedArtifact>, const std::function<void()>&) {});
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  say(encode(ArtifactPacket{"a", 1}), 0, fds);
  end_run(Exited{0});
  say(encode(ArtifactPacket{"b", 1}), 0, fds);
  EXPECT_TRUE(take().end);
}

TEST_F(SlotPoolTest, CollectsHardLinksOfAnArtifact) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  auto content = os::pipe().value();
  int fds[] = {content.first.get()};
  say(encode(ArtifactPacket{"a.txt", 1}), 0, fds);
  say(encode(ArtifactPacket{"b/c.txt", 1, true}));
  end_run(Exited{0});
  ASSERT_EQ(started->ends, 1);
  const auto& artifacts = started->end->value().artifacts;
  ASSERT_EQ(artifacts.size(), 2u);
  EXPECT_FALSE(artifacts[0].further_name);
  EXPECT_TRUE(artifacts[1].further_name);
  EXPECT_FALSE(artifacts[1].content.valid());
}

TEST_F(SlotPoolTest, ReplacesASlotThatSendsAHardLinkWithoutAFile) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  say(encode(ArtifactPacket{"b/c.txt", 1, true}));
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(started->end->has_error());
}

TEST_F(SlotPoolTest, AcceptsAsManyArtifactsAsItsBoundAndNoMore) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  int fds[] = {slots_[0].get()};
  for (std::size_t i = 0; i < kMaxArtifacts; ++i) {
    say(encode(ArtifactPacket{"a", 1}), 0, fds);
    EXPECT_FALSE(take().empty) << "the slot gets a Took packet";
  }
  EXPECT_EQ(started->ends, 0);
  say(encode(ArtifactPacket{"one more", 1}), 0, fds);
  ASSERT_EQ(started->ends, 1);
  EXPECT_TRUE(started->end->has_error());
}

TEST_F(SlotPoolTest, DistinguishesAFailedStepFromAMissingProgram) {
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

TEST_F(SlotPoolTest, RunsOneJobPerSlotAndRefusesOneMore) {
  make_pool(2);
  auto first = start("one"), second = start("two"), third = start("three");
  EXPECT_EQ(taken_program(0), "one");
  EXPECT_EQ(taken_program(1), "two");
  EXPECT_EQ(first->ends, 0);
  EXPECT_EQ(second->ends, 0);
  ASSERT_EQ(third->ends, 1);
  EXPECT_EQ(third->end->error().kind(), ErrorKind::kInternal);
  end_run(Exited{0}, 1);
  EXPECT_EQ(second->ends, 1);
  auto fourth = start("four");
  EXPECT_EQ(taken_program(1), "four");
}

TEST_F(SlotPoolTest, ARunWaitsForTheSlotOfAnAbandonedOne) {
  make_pool(1);
  auto first = start("one");
  EXPECT_EQ(taken_program(), "one");
  first->run.reset();
  auto second = start("two");
  EXPECT_EQ(second->ends, 0);
  EXPECT_TRUE(kill_came());
  end_run(Cancelled{});
  EXPECT_EQ(first->ends, 0);
  EXPECT_EQ(taken_program(), "two");
}

TEST_F(SlotPoolTest, KillsOnceAndReturnsTheEnd) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  started->run->kill();
  started->run->kill();
  EXPECT_TRUE(kill_came());
  EXPECT_FALSE(kill_came());
  EXPECT_EQ(started->ends, 0);
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

TEST_F(SlotPoolTest, KillsARunWhoseHandleIsDestroyedAndDoesNotCallBack) {
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

TEST_F(SlotPoolTest, DoesNotCallBackIfTheHandleIsDestroyedAfterTheEnd) {
  make_pool();
  auto started = start();
  EXPECT_EQ(taken_program(), "true");
  EndedPacket ended;
  ASSERT_TRUE(send_packet(slots_[0].get(), encode(ended)).has_value());
  loop_.restart();
  loop_.poll_one();  // reads the end; the callback has not run yet
  started->run.reset();
  pump();
  EXPECT_EQ(started->ends, 0);
}

}  // namespace
}  // namespace glovebox
