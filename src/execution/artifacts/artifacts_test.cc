// Files created by jobs, through the service: stored before the end is reported, downloaded, and
// removed in time.
#include <sys/mman.h>

#include <fstream>
#include <sstream>

#include "execution/artifacts/artifact_library.h"
#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

CollectedArtifact artifact(const std::string& path, const std::string& content) {
  CollectedArtifact made;
  made.path = path;
  made.size_bytes = static_cast<std::int64_t>(content.size());
  made.content.reset(::memfd_create("artifact", MFD_CLOEXEC));
  EXPECT_EQ(::pwrite(made.content.get(), content.data(), content.size(), 0), made.size_bytes);
  return made;
}

std::string content_of(const UniqueFd& fd) {
  std::string text(4096, '\0');
  ssize_t n = ::pread(fd.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  return text;
}

class ArtifactsTest : public ServiceTest {
 protected:
  using Files = std::vector<std::pair<std::string, std::string>>;

  void SetUp() override {
    artifacts_ = ArtifactStore::open(folder_.path() / "artifacts").value();
    options_.sweep_interval = 1h;
    options_.job_ttl = 2h;
  }
  // Every job creates these.
  void make(Files files, bool hangs = false) {
    sandbox_->script = [files = std::move(files), hangs](const SandboxSpec&) {
      FakeRun run;
      for (const auto& [path, content] : files) run.artifacts.push_back(artifact(path, content));
      run.hangs = hangs;
      return run;
    };
  }
  Job run() {
    JobId id = submit(ann_, project_of(ann_)).value();
    return wait(id).job;
  }
  Result<UniqueFd> open(const ClientId& caller, const JobId& id, const std::string& path) {
    return await(loop_, service_->parts().artifacts.open(caller, id, path));
  }
  Result<std::unique_ptr<ArtifactZip>> zip(const ClientId& caller, const JobId& id) {
    return await(loop_, service_->parts().artifacts.zip(caller, id));
  }
  std::string read(const JobId& id, const std::string& path) {
    return content_of(open(ann_, id, path).value());
  }
  bool has_folder(const JobId& id) {
    return std::filesystem::exists(folder_.path() / "artifacts" / id.str());
  }
  void restart() {
    await(loop_, service_->drain(0ms));
    service_.reset();
    sandbox_.reset();
    start();
    settle_upkeep();
  }
  // What an earlier process left is checked before anybody gets room.
  void settle_upkeep() {
    static_cast<void>(await(loop_, service_->parts().projects.make_room(ann_, ByteCount(0))));
  }
};

TEST_F(ArtifactsTest, CanBeDownloadedWhenTheEndIsReported) {
  start();
  make({{"a.txt", "alpha"}, {"d/b.txt", "beta"}});
  Job job = run();
  ASSERT_EQ(job.artifacts.size(), 2u);
  EXPECT_EQ(job.artifacts[1], (Artifact{"d/b.txt", 4}));
  EXPECT_EQ(read(job.id, "a.txt"), "alpha");
  EXPECT_EQ(read(job.id, "d/b.txt"), "beta");
  EXPECT_EQ(open(ann_, job.id, "d").error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(open(ann_, job.id, "../a.txt").error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(job.message.find("stored"), std::string::npos);
}

TEST_F(ArtifactsTest, AreNotFoundForAnotherClient) {
  start();
  make({{"a.txt", "alpha"}});
  Job job = run();
  EXPECT_EQ(open(bob_, job.id, "a.txt").error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(zip(bob_, job.id).error().kind(), ErrorKind::kNotFound);
}

TEST_F(ArtifactsTest, AJobThatHasNotEndedHasNoneYet) {
  start();
  make({{"a.txt", "alpha"}}, true);
  JobId id = submit(ann_, project_of(ann_)).value();
  EXPECT_EQ(open(ann_, id, "a.txt").error().kind(), ErrorKind::kConflict);
  EXPECT_EQ(zip(ann_, id).error().kind(), ErrorKind::kConflict);
}

TEST_F(ArtifactsTest, AJobThatMadeNothingHasNoZipAndNoFolder) {
  start();
  Job job = run();
  EXPECT_EQ(zip(ann_, job.id).error().kind(), ErrorKind::kNotFound);
  EXPECT_FALSE(has_folder(job.id));
}

TEST_F(ArtifactsTest, ANameThatIsNotTextIsFoundByTheNameInTheRecord) {
  start();
  make({{"a\nb\xff\\c", "odd"}});
  Job job = run();
  ASSERT_EQ(job.artifacts.size(), 1u);
  EXPECT_EQ(read(job.id, job.artifacts[0].path), "odd");
}

TEST_F(ArtifactsTest, SurviveARestartAndAreRemovedWithTheRecord) {
  start();
  make({{"a.txt", "alpha"}});
  Job job = run();
  restart();
  EXPECT_EQ(read(job.id, "a.txt"), "alpha");
  clock_.advance(options_.job_ttl + 1ms);
  restart();
  EXPECT_FALSE(has_folder(job.id));
  EXPECT_EQ(open(ann_, job.id, "a.txt").error().kind(), ErrorKind::kNotFound);
}

TEST_F(ArtifactsTest, FilesThatNoRecordListsAreRemovedAtTheStart) {
  folder_.write("artifacts/job_nobody/0", "x");
  start();
  settle_upkeep();
  EXPECT_FALSE(has_folder(JobId("job_nobody")));
}

TEST_F(ArtifactsTest, IncompleteCopiesOfAKilledServerAreRemovedAtTheStart) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  store_.jobs[id].job.status = JobStatus::kFailed;
  store_.jobs[id].job.finished_at = clock_.wall_now();
  folder_.write("artifacts/" + id.str() + "/0", "x");
  restart();
  EXPECT_FALSE(has_folder(id));
}

TEST_F(ArtifactsTest, FilesThatDoNotFitAreNotListedAndTheRecordSaysWhy) {
  options_.storage.limits.quota = ByteCount(80'000);
  start();
  make({{"a.txt", std::string(10'000, 'x')}, {"b.txt", std::string(10'000, 'x')}});
  Job job = run();
  EXPECT_EQ(job.status, JobStatus::kCompleted);
  EXPECT_TRUE(job.artifacts.empty());
  EXPECT_NE(job.message.find("the files that it created were not stored"), std::string::npos)
      << job.message;
  EXPECT_FALSE(has_folder(job.id));
  make({{"a.txt", "small"}});
  EXPECT_EQ(run().artifacts.size(), 1u);
}

TEST_F(ArtifactsTest, AnInterruptedCopyListsOnlyStoredFiles) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.artifacts.push_back(artifact("whole", "whole"));
    run.artifacts.push_back(artifact("shrunk", "shrunk"));
    run.artifacts.push_back(artifact("after", "after"));
    run.artifacts[1].size_bytes += 1;
    return run;
  };
  Job job = run();
  ASSERT_EQ(job.artifacts.size(), 1u);
  EXPECT_EQ(job.artifacts[0].path, "whole");
  EXPECT_NE(job.message.find("2 of 3 files were not stored"), std::string::npos) << job.message;
  EXPECT_EQ(read(job.id, "whole"), "whole");
}

TEST_F(ArtifactsTest, ConcurrentZipsAreBoundedForEachClient) {
  start();
  make({{"a.txt", "alpha"}});
  Job job = run();
  std::vector<std::unique_ptr<ArtifactZip>> open;
  for (int i = 0; i < 4; ++i) open.push_back(zip(ann_, job.id).value());
  Error refused = zip(ann_, job.id).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kRateLimit);
  EXPECT_TRUE(refused.retry_after().has_value());
  open.pop_back();
  auto again = zip(ann_, job.id);
  ASSERT_TRUE(again);
  EXPECT_EQ(await(loop_, (*again)->next())->substr(0, 2), "PK");
}

TEST_F(ArtifactsTest, ConcurrentZipsAreBoundedInTotal) {
  start();
  make({{"a.txt", "alpha"}});
  std::vector<std::unique_ptr<ArtifactZip>> open;
  for (int i = 0; i < 16; ++i) {
    ClientId client("client " + std::to_string(i));
    JobId job = submit(client, project_of(client)).value();
    wait(job);
    for (int zips = 0; zips < 4; ++zips) open.push_back(zip(client, job).value());
  }
  Job job = run();
  Error refused = zip(ann_, job.id).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(refused.retry_after().has_value());
  open.pop_back();
  EXPECT_TRUE(zip(ann_, job.id));
}

TEST_F(ArtifactsTest, TheSlotIsNotFreeBeforeTheFilesAreCopied) {
  start();
  make({{"a.txt", std::string(1 << 20, 'a')}}, true);
  ProjectId project = project_of(ann_);
  JobId first = submit(ann_, project).value();
  JobId second = submit(ann_, project).value();
  bool kept_before_second = false;
  sandbox_->script = [&](const SandboxSpec&) {
    kept_before_second = has_folder(first);
    return FakeRun();
  };
  sandbox_->end(0);
  wait(second);
  EXPECT_TRUE(kept_before_second);
}

}  // namespace
}  // namespace glovebox
