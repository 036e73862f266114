// Following jobs: which events each reader gets, and when.
#include <gmock/gmock.h>
#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class FollowTest : public ServiceTest {
 protected:
  std::unique_ptr<JobFollower> follow(const JobId& id, std::int64_t after = 0) {
    return await(loop_, service_->parts().jobs.follow(ann_, id, after)).value();
  }
  std::optional<JobEvent> next(JobFollower& follower, std::chrono::milliseconds patience = 10s) {
    return await(loop_, follower.next(patience));
  }
  // "queued 2", "out: TEXT", "err: TEXT", "failure: …", "end: completed".
  static std::string told(const JobEvent& event) {
    struct Teller {
      std::string operator()(const JobEvent::Status& status) const {
        return std::string(job_status_name(status.status)) + " " + std::to_string(status.position);
      }
      std::string operator()(const JobEvent::Output& output) const {
        return (output.stream == OutputStream::kStdout ? "out: " : "err: ") + output.text;
      }
      std::string operator()(const JobEvent::FindingsSoFar& so_far) const {
        return "findings: " + std::to_string(so_far.counts.total);
      }
      std::string operator()(const JobEvent::Failure& failure) const {
        return "failure: " + failure.message;
      }
      std::string operator()(const JobEvent::Complete& end) const {
        return "end: " + std::string(job_status_name(end.job->status));
      }
    };
    return std::visit(Teller(), event.what);
  }
  std::vector<std::string> rest(JobFollower& follower) {
    std::vector<std::string> all;
    for (;;) {
      std::optional<JobEvent> event = next(follower);
      if (!event) return all;
      all.push_back(told(*event));
      if (std::holds_alternative<JobEvent::Complete>(event->what)) return all;
    }
  }
  void speak(std::vector<std::string> out, std::vector<std::string> err = {}) {
    sandbox_->script = [out, err](const SandboxSpec&) {
      FakeRun run;
      for (const std::string& text : out) run.out += text;
      for (const std::string& text : err) run.err += text;
      return run;
    };
  }
};

TEST_F(FollowTest, SendsStatusOutputAndEnd) {
  start();
  speak({"one\n", "two\n"}, {"wrong\n"});
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  std::unique_ptr<JobFollower> follower = follow(id);
  std::vector<std::string> all = rest(*follower);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all.front(), "completed 0");
  EXPECT_EQ(all.back(), "end: completed");
  EXPECT_THAT(all, testing::Contains("out: one\ntwo\n"));
  EXPECT_THAT(all, testing::Contains("err: wrong\n"));
}

TEST_F(FollowTest, ManyReadersOfOneEndedJobShareItsOutput) {
  start();
  speak({std::string(512 << 10, 'x') + "\n"});
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  auto begin = [&] {
    std::unique_ptr<JobFollower> follower = follow(id);
    next(*follower);
    return follower;
  };
  std::vector<std::unique_ptr<JobFollower>> followers;
  followers.push_back(begin());
  std::size_t of_one = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
  for (int i = 0; i < 99; ++i) followers.push_back(begin());
  std::size_t of_all = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
  EXPECT_LT(of_all, of_one + (2 << 20));
  std::vector<std::string> told = rest(*followers.back());
  EXPECT_EQ(told.back(), "end: completed");
}

TEST_F(FollowTest, SendsEveryChangeOfThePositionInTheQueue) {
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId first = submit(ann_, project).value();
  JobId second = submit(ann_, project).value();
  JobId third = submit(ann_, project).value();
  std::unique_ptr<JobFollower> follower = follow(third);
  EXPECT_EQ(told(*next(*follower)), "queued 2");
  EXPECT_FALSE(next(*follower, 10ms));  // nothing has changed
  cancel(ann_, second).value();
  EXPECT_EQ(told(*next(*follower)), "queued 1");
  sandbox_->end(0);
  EXPECT_EQ(told(*next(*follower)), "running 0");
  cancel(ann_, third).value();
  EXPECT_EQ(rest(*follower), std::vector<std::string>{"end: cancelled"});
  wait(first);
}

TEST_F(FollowTest, ContinuesWhereAnotherFollowerStopped) {
  start();
  speak({"a\nb\nc\nd\n"});
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  for (std::int64_t after = 0; after <= 4; ++after) {
    std::unique_ptr<JobFollower> follower = follow(id, after);
    std::string text;
    std::int64_t last = after;
    for (;;) {
      JobEvent event = *next(*follower);
      EXPECT_GE(event.told, last);
      last = event.told;
      if (auto* output = std::get_if<JobEvent::Output>(&event.what)) text += output->text;
      if (std::holds_alternative<JobEvent::Complete>(event.what)) break;
    }
    EXPECT_EQ(last, 4);
    EXPECT_EQ(text, std::string("a\nb\nc\nd\n").substr(static_cast<std::size_t>(2 * after)));
  }
  EXPECT_EQ(await(loop_, service_->parts().jobs.follow(ann_, id, 5)).error().kind(),
            ErrorKind::kValidation);
}

TEST_F(FollowTest, OfAnotherClientIsNotFound) {
  start();
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  EXPECT_EQ(await(loop_, service_->parts().jobs.follow(bob_, id, 0)).error().kind(),
            ErrorKind::kNotFound);
  EXPECT_EQ(await(loop_, service_->parts().jobs.follow(ann_, JobId("job_x"), 0)).error().kind(),
            ErrorKind::kNotFound);
}

TEST_F(FollowTest, AStopEndsAPendingWait) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  std::unique_ptr<JobFollower> follower = follow(id);
  EXPECT_EQ(told(*next(*follower)), "running 0");
  bool ended = false;
  auto waiting = [&]() -> Awaitable<void> {
    std::optional<JobEvent> event = co_await follower->next(1h);
    EXPECT_FALSE(event);
    ended = true;
  };
  boost::asio::co_spawn(loop_, waiting(), boost::asio::detached);
  settle(loop_);
  EXPECT_FALSE(ended);
  follower->stop();
  settle(loop_);
  EXPECT_TRUE(ended);
  EXPECT_FALSE(next(*follower, 1h));
  cancel(ann_, id).value();
  wait(id);
}

TEST_F(FollowTest, AnyNumberFollowOneJob) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  std::vector<std::unique_ptr<JobFollower>> followers;
  for (int i = 0; i < 500; ++i) followers.push_back(follow(id));
  sandbox_->end(0);
  wait(id);
  for (auto& follower : followers) EXPECT_EQ(rest(*follower).back(), "end: completed");
}

// Like one in a coroutine that is still suspended when the server ends.
TEST_F(FollowTest, AFollowerMayOutliveTheService) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  std::unique_ptr<JobFollower> follower = follow(id);
  EXPECT_EQ(told(*next(*follower)), "running 0");
  service_.reset();
  follower.reset();
}

TEST_F(FollowTest, AFailureOfGloveboxIsSentAsSuch) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.error = internal_error("the sandbox could not be set up: work: no room");
    return run;
  };
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  std::unique_ptr<JobFollower> follower = follow(id);
  std::vector<std::string> all = rest(*follower);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_THAT(all[1], testing::StartsWith("failure: "));
  EXPECT_EQ(all[2], "end: failed");
}

}  // namespace
}  // namespace glovebox
