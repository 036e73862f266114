// Check-ups in the database.
#include <gtest/gtest.h>

#include "run_loop.h"
#include "store/sqlite_store.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

class CheckupTableTest : public testing::Test {
 protected:
  AcceptedCheckup checkup_of(std::size_t jobs, std::int64_t created = 1000) {
    AcceptedCheckup accepted;
    accepted.checkup.id = new_checkup_id();
    accepted.checkup.owner = ann_;
    accepted.checkup.project_id = ProjectId("prj_1");
    accepted.checkup.created_at = WallTime(std::chrono::milliseconds(created));
    for (std::size_t i = 0; i < jobs; ++i) {
      AcceptedAs job{new_job_id(), ToolId("t" + std::to_string(i)), ProjectId("prj_1"), ann_,
                     accepted.checkup.created_at};
      accepted.jobs.push_back({Job(job), "{}", {}, {}});
    }
    return accepted;
  }
  std::optional<KeyedCheckup> add(const AcceptedCheckup& accepted) {
    return await(loop_, store_->add_checkup(accepted)).value();
  }
  std::optional<Checkup> find(const CheckupId& id) {
    return await(loop_, store_->find_checkup(id)).value();
  }
  void end(const AcceptedJob& accepted, std::int64_t at) {
    Job job = accepted.job;
    job.status = JobStatus::kCompleted;
    job.finished_at = WallTime(std::chrono::milliseconds(at));
    StoredJob ended{job, ""};
    ASSERT_TRUE(await(loop_, store_->end(ended, Pace::kAtOnce)));
  }
  std::int64_t sweep(std::int64_t before) {
    WallTime time{std::chrono::milliseconds(before)};
    return await(loop_, store_->remove_jobs_ended_before(time, 100)).value();
  }

  const ClientId ann_{"ann"};
  TempFolder folder_;
  boost::asio::io_context loop_;
  std::unique_ptr<SqliteStore> store_ = SqliteStore::open(folder_.path() / "db").value();
};

TEST_F(CheckupTableTest, ItSurvivesARestartWithItsJobsInOrder) {
  AcceptedCheckup accepted = checkup_of(3);
  EXPECT_FALSE(add(accepted));
  store_.reset();
  store_ = SqliteStore::open(folder_.path() / "db").value();
  Checkup found = find(accepted.checkup.id).value();
  EXPECT_EQ(found.owner, ann_);
  EXPECT_EQ(found.project_id, ProjectId("prj_1"));
  ASSERT_EQ(found.jobs.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(found.jobs[i].id, accepted.jobs[i].job.id);
  auto unfinished = await(loop_, store_->unfinished_jobs()).value();
  ASSERT_EQ(unfinished.size(), 3u);
  EXPECT_EQ(unfinished[2].checkup, accepted.checkup.id);
  EXPECT_EQ(unfinished[2].request, "{}");
}

TEST_F(CheckupTableTest, AJobThatCannotBeAddedLeavesNothingOfTheCheckup) {
  AcceptedCheckup accepted = checkup_of(2);
  accepted.jobs.push_back(accepted.jobs[0]);  // its id is there already
  EXPECT_TRUE(await(loop_, store_->add_checkup(accepted)).has_error());
  EXPECT_FALSE(find(accepted.checkup.id));
  EXPECT_TRUE(await(loop_, store_->unfinished_jobs()).value().empty());
}

TEST_F(CheckupTableTest, TheSameKeyIsTheSameCheckupOfItsOwner) {
  AcceptedCheckup first = checkup_of(1);
  first.idempotency_key = "k";
  first.fingerprint = "f";
  EXPECT_FALSE(add(first));
  AcceptedCheckup second = checkup_of(1);
  second.idempotency_key = "k";
  std::optional<KeyedCheckup> earlier = add(second);
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier->id, first.checkup.id);
  EXPECT_EQ(earlier->fingerprint, "f");
  EXPECT_FALSE(find(second.checkup.id));
  EXPECT_TRUE(await(loop_, store_->find_keyed_checkup(ann_, "k")).value());
  EXPECT_FALSE(await(loop_, store_->find_keyed_checkup(ClientId("bob"), "k")).value());
  EXPECT_FALSE(add(checkup_of(1)));  // without a key none is the same
  EXPECT_FALSE(add(checkup_of(1)));
}

TEST_F(CheckupTableTest, ItExpiresTogetherWithItsJobs) {
  AcceptedCheckup accepted = checkup_of(2);
  add(accepted);
  end(accepted.jobs[0], 2000);
  EXPECT_EQ(sweep(10'000), 0);
  end(accepted.jobs[1], 20'000);
  EXPECT_EQ(sweep(10'000), 0);
  EXPECT_EQ(find(accepted.checkup.id)->jobs.size(), 2u);
  EXPECT_EQ(sweep(30'000), 2);
  EXPECT_FALSE(find(accepted.checkup.id));
}

TEST_F(CheckupTableTest, TheyAreListedNewestFirstInPages) {
  AcceptedCheckup old = checkup_of(1, 1000);
  AcceptedCheckup young = checkup_of(1, 2000);
  add(young);
  add(old);
  CheckupQuery query;
  query.owner = ann_;
  query.limit = 1;
  auto page = await(loop_, store_->find_checkups(query)).value();
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].id, young.checkup.id);
  query.behind = CheckupQuery::Place{page[0].created_at, page[0].id};
  page = await(loop_, store_->find_checkups(query)).value();
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].id, old.checkup.id);
  query.owner = ClientId("bob");
  EXPECT_TRUE(await(loop_, store_->find_checkups(query)).value().empty());
}

}  // namespace
}  // namespace glovebox
