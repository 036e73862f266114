#include "auth/key_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class KeyFileTest : public testing::Test {
 protected:
  std::string file() const { return (folder_.path() / "keys.toml").native(); }
  void write(const std::string& text, unsigned mode = 0600) const {
    std::ofstream(file()) << text;
    fs::permissions(file(), static_cast<fs::perms>(mode));
  }
  std::string text() const {
    std::ifstream stream(file());
    return std::string(std::istreambuf_iterator<char>(stream), {});
  }
  unsigned mode() const { return static_cast<unsigned>(fs::status(file()).permissions()); }
  std::size_t files_in_folder() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }
  static KeyFileEdit appending(const std::string& more) {
    return [more](const std::string& text) { return Result<std::string>(text + more); };
  }
  TempFolder folder_;
};

TEST_F(KeyFileTest, IsRefusedIfOthersMayWriteIt) {
  for (unsigned good : {0400u, 0600u, 0640u, 0644u}) {
    write("", good);
    EXPECT_TRUE(KeyFile::open(file())) << std::oct << good;
  }
  for (unsigned bad : {0620u, 0602u, 0666u, 0660u}) {
    write("", bad);
    auto opened = KeyFile::open(file());
    ASSERT_TRUE(opened.has_error()) << std::oct << bad;
    EXPECT_THAT(opened.error().message(), HasSubstr("chmod go-w"));
  }
}

TEST_F(KeyFileTest, SaysWhetherEverybodyMayReadIt) {
  write("", 0640);
  EXPECT_FALSE(KeyFile::open(file())->is_readable_by_all());
  write("", 0644);
  EXPECT_TRUE(KeyFile::open(file())->is_readable_by_all());
}

TEST_F(KeyFileTest, AChangeWithTheOldTimeIsStillAChange) {
  write("one\n");
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  auto before = KeyFile::open(file());
  EXPECT_TRUE(KeyFile::open(file())->same_as(*before));
  // Waits until the file system's clock has advanced.
  do {
    std::ofstream(file()) << "two\n";
    timespec times[] = {status.st_atim, status.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, file().c_str(), times, 0), 0);
    struct stat now {};
    ASSERT_EQ(::stat(file().c_str(), &now), 0);
    if (now.st_ctim.tv_nsec != status.st_ctim.tv_nsec) break;
  } while (true);
  EXPECT_FALSE(KeyFile::open(file())->same_as(*before));
  EXPECT_TRUE(KeyFile::open(file())->is_fresh(std::chrono::seconds(60)));
}

TEST_F(KeyFileTest, IsRefusedIfMissingNotAFileOrTooLarge) {
  auto missing = KeyFile::open(file());
  ASSERT_TRUE(missing.has_error());
  EXPECT_EQ(missing.error().errno_value(), ENOENT);
  EXPECT_THAT(missing.error().message(), HasSubstr("glovebox key create"));

  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  EXPECT_THAT(KeyFile::open(file()).error().message(), HasSubstr("regular file"));
  fs::remove(file());

  write("");
  fs::resize_file(file(), KeyFile::kMaxBytes);
  auto full = KeyFile::open(file());
  ASSERT_TRUE(full);
  EXPECT_EQ(full->read()->size(), KeyFile::kMaxBytes);
  fs::resize_file(file(), KeyFile::kMaxBytes + 1);
  EXPECT_THAT(KeyFile::open(file()).error().message(), HasSubstr("larger than 4 MiB"));
  EXPECT_THAT(full->read().error().message(), HasSubstr("larger than 4 MiB"));
}

TEST_F(KeyFileTest, IsCreatedForItsOwnerOnly) {
  auto made = edit_key_file(file(), MissingKeyFile::kMake, appending("one\n"));
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(text(), "one\n");
  EXPECT_EQ(mode(), 0600u);
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(KeyFileTest, IsNotCreatedByARemoval) {
  EXPECT_TRUE(edit_key_file(file(), MissingKeyFile::kError, appending("x")).has_error());
  EXPECT_EQ(files_in_folder(), 0u);
}

TEST_F(KeyFileTest, KeepsItsModeAndIsReplacedAsAWhole) {
  write("one\n", 0640);
  auto before = KeyFile::open(file());
  ASSERT_TRUE(edit_key_file(file(), MissingKeyFile::kMake, appending("two\n")));
  EXPECT_EQ(text(), "one\ntwo\n");
  EXPECT_EQ(mode(), 0640u);
  EXPECT_EQ(*before->read(), "one\n");  // a reader of the old file reads it to its end
  EXPECT_FALSE(KeyFile::open(file())->same_as(*before));
}

TEST_F(KeyFileTest, AnEditThatFailsLeavesEverythingAsItWas) {
  write("one\n");
  KeyFileEdit fails = [](const std::string&) { return Result<std::string>(not_found("no")); };
  KeyFileEdit too_long = [](const std::string&) {
    return Result<std::string>(std::string(KeyFile::kMaxBytes + 1, '#'));
  };
  EXPECT_EQ(edit_key_file(file(), MissingKeyFile::kMake, fails).error().message(), "no");
  EXPECT_TRUE(edit_key_file(file(), MissingKeyFile::kMake, too_long).has_error());
  EXPECT_EQ(text(), "one\n");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(KeyFileTest, ASymbolicLinkStaysOne) {
  write("one\n");
  fs::path link = folder_.path() / "link";
  fs::create_symlink("keys.toml", link);
  ASSERT_TRUE(edit_key_file(link.native(), MissingKeyFile::kMake, appending("two\n")));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(text(), "one\ntwo\n");
}

TEST_F(KeyFileTest, ConcurrentEditsRunOneAfterTheOther) {
  std::vector<std::thread> editors;
  for (int i = 0; i < 8; ++i) {
    editors.emplace_back(
        [&] { EXPECT_TRUE(edit_key_file(file(), MissingKeyFile::kMake, appending("line\n"))); });
  }
  for (std::thread& editor : editors) editor.join();
  EXPECT_EQ(text().size(), 8 * 5u);
}

}  // namespace
}  // namespace glovebox
