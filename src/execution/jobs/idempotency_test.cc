// Repeated requests with the same key.
#include <boost/asio/co_spawn.hpp>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

class IdempotencyTest : public ServiceTest {
 protected:
  ExecuteRequest keyed(const ProjectId& project, const std::string& key = "k") {
    ExecuteRequest asked = request(project);
    asked.lifetime = Lifetime::kItsOwn;
    asked.idempotency_key = key;
    return asked;
  }
  Result<SubmittedJob> again(const ClientId& client, const ExecuteRequest& asked) {
    return await(loop_, service_->parts().jobs.submit(client, asked));
  }
};

TEST_F(IdempotencyTest, TheSameRequestIsTheSameJobAndCountsOnce) {
  options_.hourly_per_client = 10;
  start();
  ExecuteRequest asked = keyed(project_of(ann_));
  SubmittedJob first = again(ann_, asked).value();
  EXPECT_FALSE(first.repeated);
  wait(first.id);
  SubmittedJob second = again(ann_, asked).value();
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(sandbox_->specs().size(), 1u);
  EXPECT_EQ(service_->parts().jobs.rate_limit(ann_).remaining, 9);
  EXPECT_NE(again(ann_, keyed(asked.project_id, "other"))->id, first.id);
}

TEST_F(IdempotencyTest, AnotherRequestOfTheSameKeyIsRefused) {
  start();
  ExecuteRequest asked = keyed(project_of(ann_));
  JobId id = again(ann_, asked)->id;
  std::vector<ExecuteRequest> others(4, asked);
  others[0].stdin_text = "x";
  others[1].timeout = std::chrono::seconds(1);
  others[2].parameters["file"] = "b.txt";
  others[3].project_id = project_of(ann_);
  for (const ExecuteRequest& other : others) {
    Error refused = again(ann_, other).error();
    EXPECT_EQ(refused.kind(), ErrorKind::kUnprocessable);
    EXPECT_EQ(refused.details().at("jobId").as_string(), id.str());
  }
}

TEST_F(IdempotencyTest, AKeyBelongsToItsOwner) {
  start();
  JobId anns = again(ann_, keyed(project_of(ann_)))->id;
  EXPECT_NE(again(bob_, keyed(project_of(bob_)))->id, anns);
}

TEST_F(IdempotencyTest, TwoAtTheSameMomentAreOneJob) {
  options_.concurrent_per_client = 2;
  start();
  ExecuteRequest asked = keyed(project_of(ann_));
  std::vector<SubmittedJob> got;
  for (int i = 0; i < 2; ++i) {
    boost::asio::co_spawn(
        loop_, service_->parts().jobs.submit(ann_, asked),
        [&](std::exception_ptr, Result<SubmittedJob> job) { got.push_back(job.value()); });
  }
  ASSERT_TRUE(run_until(loop_, [&] { return got.size() == 2; }));
  EXPECT_EQ(got[0].id, got[1].id);
  EXPECT_NE(got[0].repeated, got[1].repeated);
  wait(got[0].id);
  EXPECT_EQ(sandbox_->specs().size(), 1u);
  // Everything that the loser held is released.
  EXPECT_EQ(queue(ann_).pending, 0);
  hang();
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(submit(ann_, asked.project_id));
  EXPECT_TRUE(submit(ann_, asked.project_id).has_error());
}

TEST_F(IdempotencyTest, AJobWithAKeyContinuesWithoutItsClient) {
  start();
  hang();
  ExecuteRequest asked = keyed(project_of(ann_));
  JobId id = again(ann_, asked)->id;
  service_->parts().jobs.abandon(id);
  settle(loop_);
  EXPECT_EQ(status_of(ann_, id), JobStatus::kRunning);
  sandbox_->end(0);
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
}

}  // namespace
}  // namespace glovebox
