// A job's output is kept in its journal as long as it can be read back.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "execution/jobs/output_log.h"
#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using testing::ElementsAre;

// No file of this process grows beyond `bytes`: a longer write is cut off (setrlimit(2)).
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class KeptOutputTest : public ServiceTest {
 protected:
  void SetUp() override {
    journal_ = OutputJournal::open(folder_.path() / "output").value();
    start();
    hang();
    job_ = submit_its_own(ann_, project_of(ann_)).value();
    ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 1; }));
  }

  void say(const std::string& line) {
    sandbox_->say(0, line + "\n");
    auto give_up = std::chrono::steady_clock::now() + kTestPatience;
    while (told().empty() || told().back() != line) {
      settle(loop_);
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    }
  }
  std::vector<std::string> told() { return find(ann_, job_)->output; }
  std::string kept() { return journal_->read(job_, 1).value(); }

  JobId job_;
};

TEST_F(KeptOutputTest, AnAppendThatFoundNoRoomIsCutBackAndRetried) {
  say("one");
  std::string first = kept();
  ASSERT_FALSE(first.empty());
  {
    FullDisk full(first.size() + 3);
    say("two");
    EXPECT_EQ(kept(), first) << "no incomplete piece is left";
  }
  say("three");
  EXPECT_THAT(OutputLog::decode_torn(kept()).lines(), ElementsAre("one", "two", "three"));
  EXPECT_THAT(told(), ElementsAre("one", "two", "three"));
}

TEST_F(KeptOutputTest, OutputWithoutAJournalIsSentAnyway) {
  std::filesystem::remove(folder_.path() / "output");
  say("one");
  say("two");
  EXPECT_FALSE(journal_->has(job_, 1));
  EXPECT_THAT(told(), ElementsAre("one", "two"));
}

TEST_F(KeptOutputTest, TheJournalOfALostRunGoesWithIt) {
  say("one");
  ASSERT_TRUE(journal_->has(job_, 1));
  sandbox_->lose(0);
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() == 2; }));
  EXPECT_FALSE(journal_->has(job_, 1));
  sandbox_->end(1);
  EXPECT_EQ(wait(job_).job.attempt, 2);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "output"));
}

}  // namespace
}  // namespace glovebox
