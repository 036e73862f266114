// The store's errors when its file or its disk fails at run time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <thread>

#include "base/health_board.h"
#include "run_loop.h"
#include "store/sqlite.h"
#include "store/sqlite_store.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class StoreFaultsTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "glovebox.db"; }
  std::unique_ptr<SqliteStore> open() {
    return SqliteStore::open(file(), SqliteStore::kCapacity, &health_).value();
  }
  Error open_error() { return SqliteStore::open(file()).error(); }
  static AcceptedJob accepted(const std::string& id) {
    AcceptedJob job;
    job.job.id = JobId(id);
    job.job.owner = ClientId("ann");
    job.request = "{}";
    return job;
  }
  bool wait_for(const std::function<bool()>& holds) {
    auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::sleep_for(10ms);
    }
    return true;
  }
  // All that belong to the table of jobs, but not the pages of the schema, which open() reads.
  void damage_pages_of_jobs() const {
    auto database = SqliteDatabase::open(file()).value();
    auto roots = database.prepare("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'jobs'");
    std::fstream pages(file(), std::ios::in | std::ios::out | std::ios::binary);
    while (roots->step().value()) {
      pages.seekp((roots->number(0) - 1) * 4096);
      pages << std::string(4096, '\xff');
    }
  }
  std::string first_reason() const {
    std::vector<HealthReason> reasons = health_.reasons();
    return reasons.empty() ? "" : reasons[0].code;
  }

  TempFolder folder_;
  boost::asio::io_context loop_;
  HealthBoard health_;
};

TEST_F(StoreFaultsTest, ADamagedFileIsNamedWithTheRemedyAndWithoutSql) {
  folder_.write("glovebox.db", std::string(5000, 'x'));
  Error garbage = open_error();
  EXPECT_EQ(garbage.kind(), ErrorKind::kUser);
  EXPECT_THAT(garbage.message(), HasSubstr(file().native()));
  EXPECT_THAT(garbage.message(), HasSubstr("glovebox data restore"));
  EXPECT_THAT(garbage.message(), Not(HasSubstr("PRAGMA")));
  std::filesystem::remove(file());
  { auto store = open(); }
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  EXPECT_THAT(open_error().message(), HasSubstr("is damaged"));
}

TEST_F(StoreFaultsTest, AnotherProgramsDatabaseIsNotChanged) {
  {
    auto database = SqliteDatabase::open(file()).value();
    ASSERT_TRUE(database.execute("CREATE TABLE songs (title TEXT)"));
  }
  Error refused = open_error();
  EXPECT_EQ(refused.kind(), ErrorKind::kUser);
  EXPECT_THAT(refused.message(), HasSubstr("another program"));
  auto database = SqliteDatabase::open(file()).value();
  auto tables = database.prepare("SELECT count(*) FROM sqlite_schema").value();
  ASSERT_TRUE(tables.step().value());
  EXPECT_EQ(tables.number(0), 1);
}

TEST_F(StoreFaultsTest, NoJobIsConfirmedWhileTheFileIsMissing) {
  auto store = open();
  ASSERT_TRUE(await(loop_, store->add_job(accepted("job_1"))));
  std::filesystem::rename(file(), folder_.path() / "away.db");
  Error refused = await(loop_, store->add_job(accepted("job_2"))).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull) << refused.message();
  EXPECT_TRUE(refused.retry_after());
  EXPECT_EQ(refused.errno_value(), ENOENT);
  EXPECT_EQ(first_reason(), "database_missing");
  EXPECT_TRUE(health_.refusal());
  // When the file is back, the store detects it without a request.
  std::filesystem::rename(folder_.path() / "away.db", file());
  EXPECT_TRUE(wait_for([this] { return health_.reasons().empty(); }));
  EXPECT_TRUE(await(loop_, store->add_job(accepted("job_3"))));
}

TEST_F(StoreFaultsTest, AnUnlinkedFileIsNoticedWithoutARequest) {
  auto store = open();
  std::filesystem::remove(file());
  EXPECT_TRUE(wait_for([this] { return first_reason() == "database_missing"; }));
}

TEST_F(StoreFaultsTest, DamagedPagesAreNoticedWhenRead) {
  { auto store = open(); }
  damage_pages_of_jobs();
  auto store = open();
  Error unread = await(loop_, store->find_job(JobId("job_1"), WithOutput::kNo)).error();
  EXPECT_EQ(unread.kind(), ErrorKind::kQueueFull);
  EXPECT_THAT(unread.message(), Not(HasSubstr("SELECT")));
  EXPECT_EQ(first_reason(), "database_damaged");
  EXPECT_TRUE(health_.refusal());
}

TEST_F(StoreFaultsTest, ALockOfAnotherProgramIsReportedUntilItIsReleased) {
  auto store = open();
  auto other = SqliteDatabase::open(file()).value();
  ASSERT_TRUE(other.execute("BEGIN IMMEDIATE"));
  Error refused = await(loop_, store->add_job(accepted("job_1"))).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull) << refused.message();
  EXPECT_TRUE(refused.retry_after());
  EXPECT_EQ(first_reason(), "database_locked");
  EXPECT_FALSE(health_.refusal());
  ASSERT_TRUE(other.execute("ROLLBACK"));
  EXPECT_TRUE(wait_for([this] { return health_.reasons().empty(); }));
  EXPECT_TRUE(await(loop_, store->add_job(accepted("job_1"))));
}

TEST_F(StoreFaultsTest, WhatIsTooLargeForARowFailsForGood) {
  auto store = open();
  ASSERT_TRUE(await(loop_, store->add_job(accepted("job_1"))));
  Job job = accepted("job_1").job;
  job.status = JobStatus::kCompleted;
  job.finished_at = WallTime();
  std::string output(1'000'000'001, 'x');
  Result<void> ended = await(loop_, store->end({job, std::move(output)}, Pace::kAtOnce));
  ASSERT_TRUE(ended.has_error());
  EXPECT_TRUE(fails_for_good(ended.error()));
  EXPECT_TRUE(health_.reasons().empty());
  EXPECT_TRUE(await(loop_, store->end({job, ""}, Pace::kAtOnce)));
}

TEST_F(StoreFaultsTest, TheEndOfAJobWithoutARowIsRecordedAnyway) {
  auto store = open();
  Job job = accepted("job_9").job;
  job.status = JobStatus::kCompleted;
  job.finished_at = WallTime();
  EXPECT_TRUE(await(loop_, store->end({job, "x"}, Pace::kAtOnce)));
  auto found = await(loop_, store->find_job(JobId("job_9"), WithOutput::kYes)).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->output, "x");
}

}  // namespace
}  // namespace glovebox
