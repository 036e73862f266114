#include "store/artifact_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

#include "base/scope_exit.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

ArtifactSource source_of(const std::string& content) {
  ArtifactSource source;
  source.content.reset(::memfd_create("artifact", MFD_CLOEXEC));
  EXPECT_EQ(::pwrite(source.content.get(), content.data(), content.size(), 0),
            static_cast<ssize_t>(content.size()));
  source.size_bytes = static_cast<std::int64_t>(content.size());
  return source;
}

std::vector<ArtifactSource> sources_of(const std::vector<std::string>& contents) {
  std::vector<ArtifactSource> sources;
  for (const std::string& content : contents) sources.push_back(source_of(content));
  return sources;
}

std::string content_of(const UniqueFd& fd) {
  std::string content(4 << 20, '\0');
  ssize_t n = ::pread(fd.get(), content.data(), content.size(), 0);
  EXPECT_GE(n, 0);
  content.resize(static_cast<std::size_t>(n));
  return content;
}

class ArtifactStoreTest : public testing::Test {
 protected:
  std::unique_ptr<ArtifactStore> open() {
    return ArtifactStore::open(folder_.path() / "artifacts").value();
  }
  std::string read(std::size_t number, std::int64_t size) {
    return content_of(store_->open_file(job_, number, size).value());
  }
  bool is_kept(std::size_t number, std::int64_t size) {
    return !store_->open_file(job_, number, size).has_error();
  }

  const JobId job_{"job_A1"};
  TempFolder folder_;
  std::unique_ptr<ArtifactStore> store_ = open();
};

TEST_F(ArtifactStoreTest, StoresBytesByNumberAlsoForTheNextProcess) {
  std::string big(3 << 20, 'b');
  KeptArtifacts kept = store_->keep(job_, 0, sources_of({"one", "", big}));
  EXPECT_FALSE(kept.error.has_value());
  EXPECT_EQ(kept.count, 3u);
  EXPECT_GE(store_->allocated(job_).value().bytes(), big.size());
  store_ = open();
  EXPECT_EQ(read(0, 3), "one");
  EXPECT_EQ(read(1, 0), "");
  EXPECT_EQ(read(2, 3 << 20), big);
  EXPECT_EQ(store_->jobs().value(), std::vector<JobId>{job_});
}

TEST_F(ArtifactStoreTest, ClosesEveryDescriptor) {
  auto lowest = [] { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get(); };
  int before = lowest();
  store_->keep(job_, 0, sources_of({"a", "b"}));
  std::vector<ArtifactSource> broken = sources_of({"a", "b", "c"});
  broken.front().size_bytes = 2;
  store_->keep(job_, 0, std::move(broken));
  EXPECT_EQ(lowest(), before);
}

TEST_F(ArtifactStoreTest, StoresAThousandFilesAndNoMore) {
  std::vector<ArtifactSource> many;
  UniqueFd empty(::memfd_create("artifact", MFD_CLOEXEC));
  for (std::size_t i = 0; i < ArtifactStore::kMostFiles + 1; ++i) {
    ArtifactSource source;
    source.content.reset(::dup(empty.get()));
    many.push_back(std::move(source));
  }
  std::vector<ArtifactSource> fitting(std::make_move_iterator(many.begin() + 1),
                                      std::make_move_iterator(many.end()));
  many.resize(1);
  EXPECT_FALSE(store_->keep(job_, 0, std::move(fitting)).error.has_value());
  for (std::size_t i = 0; i < ArtifactStore::kMostFiles; ++i) many.push_back(source_of(""));
  KeptArtifacts kept = store_->keep(job_, 0, std::move(many));
  EXPECT_EQ(kept.count, ArtifactStore::kMostFiles);
  EXPECT_TRUE(kept.error.has_value());
}

TEST_F(ArtifactStoreTest, KeepsFilesBeforeAFailureAndNoneAfter) {
  // A full disk, simulated for this process.
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  std::vector<ArtifactSource> sources = sources_of({"one", std::string(2000, 'x'), "three"});
  ::setrlimit(RLIMIT_FSIZE, &small);
  ScopeExit restore([&] {
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
  });
  KeptArtifacts kept = store_->keep(job_, 0, std::move(sources));
  EXPECT_EQ(kept.count, 1u);
  ASSERT_TRUE(kept.error.has_value());
  EXPECT_EQ(kept.error->errno_value(), EFBIG);
  EXPECT_TRUE(is_kept(0, 3));
  EXPECT_FALSE(is_kept(1, 2000));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "artifacts/job_A1/1"));
}

TEST_F(ArtifactStoreTest, StoresTheContentOfAHardLinkedFileOnce) {
  std::string big(1 << 20, 'b');
  std::vector<ArtifactSource> sources = sources_of({"one", big});
  for (int i = 0; i < 2; ++i) {
    ArtifactSource further;
    further.size_bytes = 1 << 20;
    further.further_name = true;
    sources.push_back(std::move(further));
  }
  KeptArtifacts kept = store_->keep(job_, 0, std::move(sources));
  EXPECT_FALSE(kept.error.has_value());
  EXPECT_EQ(kept.count, 4u);
  EXPECT_LT(store_->allocated(job_).value().bytes(), 3u << 19) << "once";
  for (std::size_t number : {1u, 2u, 3u}) EXPECT_EQ(read(number, 1 << 20), big) << number;
  EXPECT_FALSE(store_->remove(job_).has_error());
  EXPECT_FALSE(is_kept(3, 1 << 20));
}

TEST_F(ArtifactStoreTest, StoresAJobsFilesInBatches) {
  EXPECT_EQ(store_->keep(job_, 0, sources_of({"one", "two"})).count, 2u);
  std::vector<ArtifactSource> more(1);
  more.front().further_name = true;  // of the last one of the previous batch
  more.push_back(source_of("four"));
  KeptArtifacts kept = store_->keep(job_, 2, std::move(more));
  EXPECT_FALSE(kept.error.has_value());
  EXPECT_EQ(kept.count, 2u);
  EXPECT_EQ(read(0, 3), "one");
  EXPECT_EQ(read(2, 3), "two");
  EXPECT_EQ(read(3, 4), "four");
  EXPECT_EQ(store_->keep(job_, ArtifactStore::kMostFiles, sources_of({"x"})).count, 0u);
}

TEST_F(ArtifactStoreTest, LeavesNoFolderIfNothingIsStored) {
  std::vector<ArtifactSource> broken = sources_of({"a"});
  broken.front().size_bytes = 2;
  EXPECT_EQ(store_->keep(job_, 0, std::move(broken)).count, 0u);
  EXPECT_TRUE(store_->jobs().value().empty());
}

TEST_F(ArtifactStoreTest, ReplacesEarlierFilesOfTheJob) {
  store_->keep(job_, 0, sources_of({"old", "old"}));
  store_->keep(job_, 0, sources_of({"new"}));
  EXPECT_EQ(read(0, 3), "new");
  EXPECT_FALSE(is_kept(1, 3));
}

TEST_F(ArtifactStoreTest, OpensOnlyCompleteRegularFiles) {
  store_->keep(job_, 0, sources_of({"one"}));
  EXPECT_TRUE(is_kept(0, 3));
  EXPECT_FALSE(is_kept(0, 4));
  EXPECT_FALSE(is_kept(1, 3));
  std::filesystem::create_symlink("0", folder_.path() / "artifacts/job_A1/1");
  EXPECT_FALSE(is_kept(1, 3));
}

TEST_F(ArtifactStoreTest, RemovesOnlyTheNamedJob) {
  const JobId other("job_B2");
  store_->keep(job_, 0, sources_of({"one"}));
  store_->keep(other, 0, sources_of({"two"}));
  EXPECT_FALSE(store_->remove(job_).has_error());
  EXPECT_FALSE(store_->remove(job_).has_error());
  EXPECT_EQ(store_->jobs().value(), std::vector<JobId>{other});
}

TEST_F(ArtifactStoreTest, AnIdIsNotUsedAsAPath) {
  auto victim = folder_.write("victim/0", "one");
  for (const char* id : {"../victim", "job_/../../victim", "job_.", "", "job_a/b", "victim"}) {
    EXPECT_FALSE(store_->remove(JobId(id)).has_error()) << id;
    EXPECT_EQ(store_->open_file(JobId(id), 0, 3).error().kind(), ErrorKind::kNotFound) << id;
    EXPECT_EQ(store_->keep(JobId(id), 0, sources_of({"x"})).count, 0u) << id;
  }
  EXPECT_TRUE(std::filesystem::exists(victim));
}

TEST_F(ArtifactStoreTest, RemovesEverythingThatIsNotAJobs) {
  folder_.write("artifacts/other/file", "");
  folder_.write("artifacts/file", "");
  store_->keep(job_, 0, sources_of({"one"}));
  EXPECT_EQ(store_->jobs().value(), std::vector<JobId>{job_});
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "artifacts/other"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "artifacts/file"));
}

}  // namespace
}  // namespace glovebox
