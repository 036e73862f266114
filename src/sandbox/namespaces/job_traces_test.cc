#include "sandbox/namespaces/job_traces.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "base/unique_fd.h"

namespace glovebox {
namespace {
namespace fs = std::filesystem;

// In memory, as a job's folders are. Other processes use that file system too, so these tests do
// not check what statfs counts; tests/escapes does, on a tmpfs of the job's own.
class JobTracesTest : public testing::Test {
 protected:
  void SetUp() override {
    constexpr long kTmpfs = 0x01021994;
    struct statfs status;
    if (::statfs("/dev/shm", &status) != 0 || status.f_type != kTmpfs) {
      GTEST_SKIP() << "no tmpfs at /dev/shm";
    }
    std::string pattern = "/dev/shm/glovebox-traces-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    for (const char* name : {"upper", "tmp", "shm"}) fs::create_directory(folder_ / name);
    fine_ = has_fine_times((folder_ / "upper").c_str(), 0755);
    upper_.reset(::open((folder_ / "upper").c_str(), O_RDONLY | O_CLOEXEC));
    tmp_.reset(::open((folder_ / "tmp").c_str(), O_PATH | O_CLOEXEC));
    shm_.reset(::open((folder_ / "shm").c_str(), O_PATH | O_CLOEXEC));
  }
  void TearDown() override { fs::remove_all(folder_); }

  JobTraces read() const {
    JobTraces traces;
    EXPECT_EQ(read_traces({upper_.get(), tmp_.get(), shm_.get()}, &traces), 0);
    return traces;
  }
  bool leaves_trace(const std::function<void()>& act) const {
    JobTraces before = read();
    act();
    return before.folders != read().folders;
  }

  fs::path folder_;
  bool fine_ = false;

 private:
  UniqueFd upper_, tmp_, shm_;
};

TEST_F(JobTracesTest, SeesEveryChangeToAFolderEvenIfUndone) {
  if (!fine_) GTEST_SKIP() << "times of change are coarse before Linux 6.13";
  for (const char* name : {"upper", "tmp", "shm"}) {
    SCOPED_TRACE(name);
    fs::path folder = folder_ / name;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(leaves_trace([] {}));
    EXPECT_TRUE(leaves_trace([&] {
      std::ofstream(folder / "file") << "";
      fs::remove(folder / "file");
    }));
    EXPECT_TRUE(leaves_trace([&] {
      ::chmod(folder.c_str(), 0700);
      ::chmod(folder.c_str(), 0755);
    }));
    EXPECT_TRUE(leaves_trace([&] {
      struct stat was;
      ::stat(folder.c_str(), &was);
      timespec times[] = {was.st_atim, was.st_mtim};
      ::utimensat(AT_FDCWD, folder.c_str(), times, 0);
    }));
    EXPECT_TRUE(leaves_trace([&] {
      ::setxattr(folder.c_str(), "user.trace", "", 0, 0);
      ::removexattr(folder.c_str(), "user.trace");
    }));
  }
}

TEST_F(JobTracesTest, ReadingsAreEqualOnlyIfNothingWasCountedOrNumbered) {
  JobTraces before = read();
  JobTraces after = before;
  after.next_inode = before.next_inode + 1;  // used by the reading itself
  EXPECT_TRUE(nothing_between(before, after));
  for (std::uint64_t JobTraces::*field :
       {&JobTraces::blocks, &JobTraces::free_blocks, &JobTraces::inodes, &JobTraces::free_inodes,
        &JobTraces::next_inode}) {
    JobTraces other = after;
    ++(other.*field);
    EXPECT_FALSE(nothing_between(before, other));
  }
  after.folders[1].times[5]++;
  EXPECT_FALSE(nothing_between(before, after));
}

TEST_F(JobTracesTest, ReportsARemovedFolder) {
  JobTraces traces;
  EXPECT_EQ(read_traces({-1, -1, -1}, &traces), EBADF);
  EXPECT_FALSE(has_fine_times("/nowhere/at/all", 0755));
}

}  // namespace
}  // namespace glovebox
