#include "store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "manual_clock.h"
#include "run_loop.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class SqliteStoreTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "glovebox.db"; }
  Job job(const std::string& id) {
    Job made;
    made.id = JobId(id);
    made.owner = ClientId("ann");
    made.tool_id = ToolId("cat");
    made.created_at = clock_.wall_now();
    return made;
  }
  Job ended_job(const std::string& id) {
    Job made = job(id);
    made.status = JobStatus::kCompleted;
    made.exit_code = 0;
    made.finished_at = clock_.wall_now();
    return made;
  }
  Project project(const std::string& id, const std::string& sha256) {
    Project made;
    made.id = ProjectId(id);
    made.sha256 = sha256;
    made.created_at = clock_.wall_now();
    made.expires_at = made.created_at + 1h;
    return made;
  }
  TempFolder folder_;
  boost::asio::io_context loop_;
  ManualClock clock_;
};

TEST_F(SqliteStoreTest, KeepsEverythingWhenItIsReopened) {
  {
    auto store = SqliteStore::open(file()).value();
    ASSERT_TRUE(await(loop_, store->add_job({job("job_1")})));
    Job found = ended_job("job_1");
    found.verdict = Verdict::kFindings;
    found.attempt = 3;
    ASSERT_TRUE(await(loop_, store->end({found, std::string("\0out\xff", 5)}, Pace::kAtOnce)));
    ASSERT_TRUE(await(loop_, store->add_project(project("prj_1", "aa"))));
  }
  auto store = SqliteStore::open(file()).value();
  auto found = await(loop_, store->find_job(JobId("job_1"), WithOutput::kYes)).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->job.status, JobStatus::kCompleted);
  EXPECT_EQ(found->job.verdict, Verdict::kFindings);
  EXPECT_EQ(found->job.attempt, 3);
  EXPECT_EQ(found->output, std::string("\0out\xff", 5));
  EXPECT_TRUE(await(loop_, store->find_project(ProjectId("prj_1")))->has_value());
  EXPECT_FALSE(await(loop_, store->find_job(JobId("job_2"), WithOutput::kYes))->has_value());
}

TEST_F(SqliteStoreTest, KeepsHowAProjectWasImported) {
  Project made = project("prj_1", "aa");
  made.notes = {.root = "repo",
                .warnings = {{"a\"b", "is left out"}, {"\u00e9", "too"}},
                .warning_count = 107};
  {
    auto store = SqliteStore::open(file()).value();
    ASSERT_TRUE(await(loop_, store->add_project(made)));
    ASSERT_TRUE(await(loop_, store->add_project(project("prj_2", "aa"))));
  }
  auto store = SqliteStore::open(file()).value();
  EXPECT_EQ(await(loop_, store->find_project(ProjectId("prj_1")))->value().notes, made.notes);
  EXPECT_EQ(await(loop_, store->find_project(ProjectId("prj_2")))->value().notes, ImportNotes());
}

TEST_F(SqliteStoreTest, ListsTheJobsOfAnOwnerNewestFirstInPages) {
  auto store = SqliteStore::open(file()).value();
  for (int i = 0; i < 6; ++i) {
    Job made = ended_job("job_" + std::to_string(i));
    if (i == 2) made.tool_id = ToolId("dog");
    if (i == 3) made.status = JobStatus::kFailed;
    if (i == 5) made.owner = ClientId("bob");
    ASSERT_TRUE(await(loop_, store->add_job({made})));
    ASSERT_TRUE(await(loop_, store->end({made, ""}, Pace::kAtOnce)));
    if (i % 2 == 1) clock_.advance(1s);  // in pairs with equal times
  }
  auto ids = [&](JobQuery query) {
    query.owner = ClientId("ann");
    std::string all;
    for (const Job& job : await(loop_, store->find_jobs(query)).value()) {
      all += job.id.str().substr(4);
      query.behind = JobQuery::Place{job.created_at, job.id};
    }
    return all;
  };
  EXPECT_EQ(ids({}), "43210");
  EXPECT_EQ(ids({.status = JobStatus::kFailed}), "3");
  EXPECT_EQ(ids({.tool_id = ToolId("dog")}), "2");
  EXPECT_EQ(ids({.status = JobStatus::kCompleted, .tool_id = ToolId("cat"), .limit = 2}), "41");
  JobQuery page{.owner = ClientId("ann"), .limit = 2};
  std::string all;
  for (int pages = 0; pages < 4; ++pages) {
    for (const Job& job : await(loop_, store->find_jobs(page)).value()) {
      all += job.id.str().substr(4);
      page.behind = JobQuery::Place{job.created_at, job.id};
    }
    all += '|';
  }
  EXPECT_EQ(all, "43|21|0||");
}

TEST_F(SqliteStoreTest, OnlyTheOwnerMayReadTheFile) {
  auto store = SqliteStore::open(file()).value();
  for (const char* name : {"glovebox.db", "glovebox.db-wal"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder_.path() / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(SqliteStoreTest, AnotherProcessCannotUseTheSameFile) {
  auto store = SqliteStore::open(file()).value();
  auto second = SqliteStore::open(file());
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().kind(), ErrorKind::kConflict);
  store.reset();
  EXPECT_TRUE(SqliteStore::open(file()));
}

TEST_F(SqliteStoreTest, RefusesTheDatabaseOfANewerGlovebox) {
  {
    auto database = SqliteDatabase::open(file()).value();
    ASSERT_TRUE(database.execute("PRAGMA user_version = 1000"));
  }
  auto store = SqliteStore::open(file());
  ASSERT_TRUE(store.has_error());
  EXPECT_EQ(store.error().kind(), ErrorKind::kConflict);
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsNotADatabase) {
  folder_.write("glovebox.db", std::string(5000, 'x'));
  EXPECT_TRUE(SqliteStore::open(file()).has_error());
  EXPECT_TRUE(SqliteStore::open(folder_.path() / "none" / "glovebox.db").has_error());
}

TEST_F(SqliteStoreTest, CountsTheProjectsOfATree) {
  auto store = SqliteStore::open(":memory:").value();
  for (const char* id : {"prj_1", "prj_2"}) {
    ASSERT_TRUE(await(loop_, store->add_project(project(id, "aa"))));
  }
  EXPECT_EQ(await(loop_, store->count_projects_of_tree("aa")).value(), 2);
  ASSERT_TRUE(await(loop_, store->remove_project(ProjectId("prj_1"))));
  ASSERT_TRUE(await(loop_, store->remove_project(ProjectId("prj_1"))));
  EXPECT_EQ(await(loop_, store->count_projects_of_tree("aa")).value(), 1);
  EXPECT_EQ(await(loop_, store->count_projects_of_tree("bb")).value(), 0);
}

TEST_F(SqliteStoreTest, ListsExpiredProjectsInPages) {
  auto store = SqliteStore::open(":memory:").value();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(await(loop_, store->add_project(project("prj_" + std::to_string(i), "aa"))));
  }
  WallTime end = clock_.wall_now() + 1h;
  EXPECT_TRUE(await(loop_, store->expired_projects(end - 1ms, ProjectId(), 10))->empty());
  auto page = await(loop_, store->expired_projects(end, ProjectId("prj_1"), 2)).value();
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].id, ProjectId("prj_2"));
  EXPECT_EQ(page[1].id, ProjectId("prj_3"));
}

TEST_F(SqliteStoreTest, RemovesOldJobsWithTheirOutputOldestFirst) {
  auto store = SqliteStore::open(file()).value();
  for (int i = 0; i < 4; ++i) {
    std::string id = "job_" + std::to_string(i);
    ASSERT_TRUE(await(loop_, store->add_job({job(id)})));
    if (i < 3) {
      ASSERT_TRUE(await(loop_, store->end({ended_job(id), "output"}, Pace::kAtOnce)));
    }
    clock_.advance(1s);
  }
  EXPECT_EQ(await(loop_, store->remove_jobs_ended_before(clock_.wall_now() - 4s, 10)).value(), 0);
  EXPECT_EQ(await(loop_, store->remove_jobs_ended_before(clock_.wall_now(), 2)).value(), 2);
  EXPECT_FALSE(await(loop_, store->find_job(JobId("job_1"), WithOutput::kNo))->has_value());
  EXPECT_TRUE(await(loop_, store->find_job(JobId("job_2"), WithOutput::kNo))->has_value());
  EXPECT_EQ(await(loop_, store->remove_jobs_ended_before(clock_.wall_now(), 2)).value(), 1);
  EXPECT_TRUE(await(loop_, store->find_job(JobId("job_3"), WithOutput::kNo))->has_value());
  store.reset();
  auto database = SqliteDatabase::open(file()).value();
  auto count = database.prepare("SELECT count(*) FROM job_output").value();
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.number(0), 0);
}

TEST_F(SqliteStoreTest, ListsUnfinishedJobsInTheirOrder) {
  auto store = SqliteStore::open(file()).value();
  for (const char* id : {"job_c", "job_a", "job_b", "job_d"}) {
    AcceptedJob accepted{job(id)};
    if (accepted.job.id != JobId("job_b")) accepted.request = std::string("how\0to", 6) + id;
    ASSERT_TRUE(await(loop_, store->add_job(accepted)));
  }
  Job runs = job("job_d");
  runs.status = JobStatus::kRunning;
  runs.started_at = clock_.wall_now();
  ASSERT_TRUE(await(loop_, store->claim(runs)));
  EXPECT_TRUE(await(loop_, store->renew(runs.id))) << "one process has the store";
  ASSERT_TRUE(await(loop_, store->end({ended_job("job_a"), ""}, Pace::kAtOnce)));
  std::vector<UnfinishedJob> left = await(loop_, store->unfinished_jobs()).value();
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[0].job.id, JobId("job_c"));
  EXPECT_EQ(left[0].request, std::string("how\0tojob_c", 11));
  EXPECT_FALSE(left[0].job.started_at);
  EXPECT_EQ(left[1].job.id, JobId("job_b"));
  EXPECT_EQ(left[1].request, "");
  EXPECT_EQ(left[2].job.id, JobId("job_d"));
  EXPECT_EQ(left[2].job.status, JobStatus::kRunning);
  EXPECT_EQ(left[2].job.attempt, 1);
  Job waits = job("job_d");
  waits.attempt = 2;
  ASSERT_TRUE(await(loop_, store->requeue(waits)));
  left = await(loop_, store->unfinished_jobs()).value();
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[2].job.status, JobStatus::kQueued);
  EXPECT_FALSE(left[2].job.started_at);
  EXPECT_EQ(left[2].job.attempt, 2);
  EXPECT_EQ(left[2].request, std::string("how\0tojob_d", 11)) << "it is needed again";
  store.reset();
  auto database = SqliteDatabase::open(file()).value();
  auto count = database.prepare("SELECT count(*) FROM job_requests").value();
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.number(0), 2) << "that of an ended job is gone";
}

TEST_F(SqliteStoreTest, AKeyNamesOneJobOfItsOwner) {
  auto store = SqliteStore::open(file()).value();
  auto add = [&](const std::string& id, const char* owner, const char* print) {
    AcceptedJob accepted{job(id), "", "key", print};
    accepted.job.owner = ClientId(owner);
    return await(loop_, store->add_job(std::move(accepted))).value();
  };
  EXPECT_FALSE(add("job_1", "ann", "one"));
  EXPECT_FALSE(add("job_2", "bob", "two"));
  std::optional<KeyedJob> earlier = add("job_3", "ann", "three");
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier->id, JobId("job_1"));
  EXPECT_EQ(earlier->fingerprint, "one");
  EXPECT_FALSE(await(loop_, store->find_job(JobId("job_3"), WithOutput::kNo)).value());
  auto found = [&](const char* owner) {
    return await(loop_, store->find_keyed_job(ClientId(owner), "key")).value();
  };
  EXPECT_EQ(found("bob")->id, JobId("job_2"));
  EXPECT_FALSE(found("cem"));
  ASSERT_TRUE(await(loop_, store->end({ended_job("job_1"), ""}, Pace::kAtOnce)));
  EXPECT_TRUE(found("ann")) << "as long as the job is kept";
  clock_.advance(1s);
  ASSERT_EQ(await(loop_, store->remove_jobs_ended_before(clock_.wall_now(), 10)).value(), 1);
  EXPECT_FALSE(found("ann"));
}

#define WITHOUT_WEBHOOKS                                                                          \
  "DROP TABLE shares; DROP TABLE webhook_deliveries; DROP TABLE webhooks; ALTER TABLE jobs DROP " \
  "COLUMN webhook;"

// Removes what newer versions added to the tables.
constexpr const char* kWithoutLaterColumns = WITHOUT_WEBHOOKS
    "ALTER TABLE jobs DROP COLUMN verdict; ALTER TABLE jobs DROP COLUMN findings;"
    "ALTER TABLE jobs DROP COLUMN attempt;"
    "ALTER TABLE jobs DROP COLUMN image; ALTER TABLE jobs DROP COLUMN inputs;"
    "DROP TABLE job_findings; DROP TABLE checkup_jobs; DROP TABLE checkups;"
    "ALTER TABLE projects DROP COLUMN root; ALTER TABLE projects DROP COLUMN warnings;"
    "ALTER TABLE projects DROP COLUMN warning_count";

TEST_F(SqliteStoreTest, ADatabaseOfTheFirstVersionIsUpgraded) {
  { auto store = SqliteStore::open(file()).value(); }
  {
    auto database = SqliteDatabase::open(file()).value();
    ASSERT_TRUE(database.execute(kWithoutLaterColumns));
    ASSERT_TRUE(
        database.execute("DROP TABLE job_keys; DROP TABLE job_requests;"
                         "CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;"
                         "PRAGMA user_version = 1"));
  }
  auto store = SqliteStore::open(file()).value();
  EXPECT_TRUE(await(loop_, store->add_job({job("job_1"), "request", "key", "print"})));
}

TEST_F(SqliteStoreTest, AJobThatEndedBeforeThereWereVerdictsHasNone) {
  {
    auto store = SqliteStore::open(file()).value();
    ASSERT_TRUE(await(loop_, store->add_ended({ended_job("job_1"), ""}, Pace::kAtOnce)));
  }
  {
    auto database = SqliteDatabase::open(file()).value();
    ASSERT_TRUE(database.execute(WITHOUT_WEBHOOKS
                                 "ALTER TABLE jobs DROP COLUMN verdict;"
                                 "ALTER TABLE jobs DROP COLUMN findings; DROP TABLE job_findings;"
                                 "ALTER TABLE jobs DROP COLUMN attempt;"
                                 "ALTER TABLE jobs DROP COLUMN image;"
                                 "ALTER TABLE jobs DROP COLUMN inputs;"
                                 "DROP TABLE checkup_jobs; DROP TABLE checkups;"
                                 "PRAGMA user_version = 4"));
  }
  auto store = SqliteStore::open(file()).value();
  auto found = await(loop_, store->find_job(JobId("job_1"), WithOutput::kNo)).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->job.status, JobStatus::kCompleted);
  EXPECT_EQ(found->job.verdict, std::nullopt);
  EXPECT_EQ(found->job.inputs, nullptr);
}

TEST_F(SqliteStoreTest, TheInputsOfAJobAreKeptAndThoseOfItsLastRunReplaceThem) {
  auto text = [](const char* inputs) { return std::make_shared<const std::string>(inputs); };
  auto store = SqliteStore::open(file()).value();
  auto kept = [&](const char* id) {
    auto found = await(loop_, store->find_job(JobId(id), WithOutput::kNo)).value();
    return found && found->job.inputs ? *found->job.inputs : std::string();
  };
  Job accepted = job("job_1");
  accepted.inputs = text("{\"toolVersion\":\"1\"}");
  ASSERT_TRUE(await(loop_, store->add_job({accepted})));
  EXPECT_EQ(kept("job_1"), *accepted.inputs);
  Job ended = ended_job("job_1");
  ended.inputs = text("{\"toolVersion\":\"2\"}");
  ASSERT_TRUE(await(loop_, store->end({ended, ""}, Pace::kAtOnce)));
  EXPECT_EQ(kept("job_1"), *ended.inputs);
  ended.id = JobId("job_2");
  ASSERT_TRUE(await(loop_, store->add_ended({ended, ""}, Pace::kAtOnce)));
  EXPECT_EQ(kept("job_2"), *ended.inputs);
}

TEST_F(SqliteStoreTest, FindingsAreStoredAndRemovedWithTheJob) {
  Job found = ended_job("job_1");
  found.findings = FindingCounts{7, 4, 2, 1, true};
  {
    auto store = SqliteStore::open(file()).value();
    ASSERT_TRUE(await(loop_, store->add_job({job("job_1")})));
    StoredJob ended{found, "out", std::string("\0found", 6)};
    ASSERT_TRUE(await(loop_, store->end(ended, Pace::kAtOnce)));
    ended.job.id = JobId("job_2");
    ended.job.findings.reset();
    ended.findings.clear();
    ASSERT_TRUE(await(loop_, store->add_ended(ended, Pace::kAtOnce)));
  }
  auto store = SqliteStore::open(file()).value();
  auto with = await(loop_, store->find_job(JobId("job_1"), WithOutput::kNo)).value();
  auto without = await(loop_, store->find_job(JobId("job_2"), WithOutput::kNo)).value();
  ASSERT_TRUE(with && without);
  EXPECT_EQ(with->job.findings, found.findings);
  EXPECT_EQ(without->job.findings, std::nullopt);
  EXPECT_EQ(await(loop_, store->find_findings(JobId("job_1"))).value(), std::string("\0found", 6));
  EXPECT_EQ(await(loop_, store->find_findings(JobId("job_2"))).value(), "");
  clock_.advance(1h);
  ASSERT_TRUE(await(loop_, store->remove_jobs_ended_before(clock_.wall_now(), 10)));
  EXPECT_EQ(await(loop_, store->find_findings(JobId("job_1"))).value(), "");
}

TEST_F(SqliteStoreTest, JobsInADatabaseOfTheSecondVersionStillRun) {
  {
    auto store = SqliteStore::open(file()).value();
    for (const char* id : {"job_2", "job_1", "job_3"}) {
      ASSERT_TRUE(await(loop_, store->add_job({job(id), std::string("to run ") + id, id, ""})));
    }
    ASSERT_TRUE(await(loop_, store->end({ended_job("job_3"), ""}, Pace::kAtOnce)));
  }
  {
    auto database = SqliteDatabase::open(file()).value();
    ASSERT_TRUE(database.execute(kWithoutLaterColumns));
    ASSERT_TRUE(database.execute(
        "CREATE TABLE old (job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,"
        " request BLOB NOT NULL);"
        "INSERT INTO old SELECT * FROM job_requests; DROP TABLE job_requests;"
        "ALTER TABLE old RENAME TO job_requests;"
        "CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;"
        "PRAGMA user_version = 2"));
  }
  auto store = SqliteStore::open(file()).value();
  auto left = await(loop_, store->unfinished_jobs()).value();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].job.id, JobId("job_2"));
  EXPECT_EQ(left[0].request, "to run job_2");
  EXPECT_EQ(left[1].request, "to run job_1");
  clock_.advance(1s);
  ASSERT_TRUE(await(loop_, store->end({ended_job("job_1"), ""}, Pace::kAtOnce)));
  EXPECT_EQ(await(loop_, store->unfinished_jobs()).value().size(), 1u);
}

}  // namespace
}  // namespace glovebox
