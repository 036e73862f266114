#include "store/output_journal.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "temp_folder.h"

namespace glovebox {
namespace {

class OutputJournalTest : public testing::Test {
 protected:
  OutputJournal journal() { return OutputJournal::open(folder_.path() / "output").value(); }
  const JobId job_{"job_1"};
  TempFolder folder_;
};

TEST_F(OutputJournalTest, HasAppendedDataAlsoForAnotherInstance) {
  {
    OutputJournal writer = journal();
    UniqueFd file = writer.begin(job_, 1).value();
    ASSERT_TRUE(OutputJournal::append(file.get(), std::string_view("a\0b", 3)));
    ASSERT_TRUE(OutputJournal::append(file.get(), "c"));
  }
  OutputJournal reader = journal();
  EXPECT_TRUE(reader.has(job_, 1));
  EXPECT_EQ(reader.read(job_, 1).value(), std::string("a\0bc", 4));
  struct stat status {};
  ASSERT_EQ(::stat((folder_.path() / "output/job_1").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(OutputJournalTest, ANewFileIsEmpty) {
  OutputJournal kept = journal();
  ASSERT_TRUE(OutputJournal::append(kept.begin(job_, 1).value().get(), "old"));
  UniqueFd file = kept.begin(job_, 1).value();
  EXPECT_EQ(kept.read(job_, 1).value(), "");
}

// A limit on the size of files simulates a full disk: the first write is short.
TEST_F(OutputJournalTest, AFailedAppendLeavesNothingAndMayBeRetried) {
  OutputJournal kept = journal();
  UniqueFd file = kept.begin(job_, 1).value();
  ASSERT_TRUE(OutputJournal::append(file.get(), "whole"));
  auto* before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  rlimit small{8, limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_TRUE(OutputJournal::append(file.get(), "too long").has_error());
  EXPECT_TRUE(OutputJournal::append(file.get(), "too long").has_error());
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, before);
  EXPECT_EQ(kept.read(job_, 1).value(), "whole");
  EXPECT_TRUE(OutputJournal::append(file.get(), "too long"));
  EXPECT_EQ(kept.read(job_, 1).value(), "wholetoo long");
}

TEST_F(OutputJournalTest, ARemovedOrMissingFileIsEmpty) {
  OutputJournal kept = journal();
  EXPECT_FALSE(kept.has(job_, 1));
  EXPECT_EQ(kept.read(job_, 1).value(), "");
  kept.remove(job_, 1);
  for (const char* id : {"job_1", "job_2", "job_3"}) ASSERT_TRUE(kept.begin(JobId(id), 1));
  kept.remove(JobId("job_2"), 1);
  EXPECT_FALSE(kept.has(JobId("job_2"), 1));
  EXPECT_TRUE(kept.has(JobId("job_3"), 1));
  kept.clear_except({});
  EXPECT_FALSE(kept.has(job_, 1));
  EXPECT_FALSE(kept.has(JobId("job_3"), 1));
}

TEST_F(OutputJournalTest, AttemptsHaveFilesOfTheirOwn) {
  OutputJournal kept = journal();
  ASSERT_TRUE(OutputJournal::append(kept.begin(job_, 1).value().get(), "first"));
  EXPECT_FALSE(kept.has(job_, 2));
  ASSERT_TRUE(OutputJournal::append(kept.begin(job_, 2).value().get(), "second"));
  EXPECT_EQ(kept.read(job_, 1).value(), "first");
  EXPECT_EQ(kept.read(job_, 2).value(), "second");
  kept.remove(job_, 1);
  EXPECT_FALSE(kept.has(job_, 1));
  kept.clear_except({job_});
  EXPECT_TRUE(kept.has(job_, 2));
  kept.clear_except({});
  EXPECT_FALSE(kept.has(job_, 2));
}

TEST_F(OutputJournalTest, TheNameOfAFileTellsItsJob) {
  { ASSERT_TRUE(journal().begin(job_, 2)); }
  for (const auto& file : std::filesystem::directory_iterator(folder_.path() / "output")) {
    EXPECT_EQ(OutputJournal::job_of(file.path().filename().native()), job_);
  }
  EXPECT_EQ(OutputJournal::job_of("job_x"), JobId("job_x"));
}

TEST_F(OutputJournalTest, AnUnusableFolderIsAnError) {
  EXPECT_TRUE(OutputJournal::open(folder_.path() / "no/such").has_error());
  OutputJournal kept = journal();
  ASSERT_EQ(::rmdir((folder_.path() / "output").c_str()), 0);
  EXPECT_TRUE(kept.begin(job_, 1).has_error());
}

}  // namespace
}  // namespace glovebox
