#include "auth/watched_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <utime.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "auth/key_file.h"
#include "auth/key_file_text.h"
#include "base/log.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Looks as often as possible. Tests use wait_for_looks() to know that a change was seen.
class WatchedKeysTest : public testing::Test {
 protected:
  WatchedKeysTest() {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(log_);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  }
  ~WatchedKeysTest() override {
    watched_.reset();
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("none"));
  }

  std::string file() const { return (folder_.path() / "keys.toml").native(); }
  void write(const std::string& text) const {
    KeyFileEdit edit = [&](const std::string&) { return Result<std::string>(text); };
    ASSERT_TRUE(edit_key_file(file(), MissingKeyFile::kMake, edit));
  }
  void add(const std::string& name) const {
    ApiKey key;
    key.name = name;
    key.sha256 = hash_of_key(name);
    KeyFileEdit edit = [&](const std::string& text) { return with_key(text, file(), key); };
    ASSERT_TRUE(edit_key_file(file(), MissingKeyFile::kMake, edit));
  }
  void remove(const std::string& name) const {
    KeyFileEdit edit = [&](const std::string& text) { return without_key(text, file(), name); };
    ASSERT_TRUE(edit_key_file(file(), MissingKeyFile::kError, edit));
  }
  Result<void> open() {
    WatchedKeys::Options options;
    options.look_every = std::chrono::milliseconds(1);
    options.read_after_change = read_after_change_;
    options.on_look = [this] {
      if (between_looks_) between_looks_();
      std::lock_guard lock(mutex_);
      ++looks_;
      looked_.notify_all();
    };
    GB_TRY(watched_, WatchedKeys::open(loop_, file(), options));
    return ok();
  }
  // One look may be in progress, and a change needs two looks; then the posted handlers must run.
  void wait_for_looks() {
    std::unique_lock lock(mutex_);
    int wanted = looks_ + 4;
    ASSERT_TRUE(looked_.wait_for(lock, std::chrono::seconds(30), [&] { return looks_ >= wanted; }));
    lock.unlock();
    loop_.restart();
    loop_.poll();
  }
  bool knows(const std::string& name) const {
    return watched_->keys().find_hash(hash_of_key(name)) != nullptr;
  }
  std::string log() {
    watched_.reset();
    return log_.str();
  }

  TempFolder folder_;
  std::ostringstream log_;
  boost::asio::io_context loop_;
  std::mutex mutex_;
  std::condition_variable looked_;
  int looks_ = 0;
  std::chrono::seconds read_after_change_{3};
  std::function<void()> between_looks_;  // runs on the watching thread; set it before open()
  std::unique_ptr<WatchedKeys> watched_;
};

TEST_F(WatchedKeysTest, AFileThatCannotBeUsedIsAnErrorAtTheStart) {
  EXPECT_THAT(open().error().message(), HasSubstr("does not exist"));
  write("[[key]]\n");
  EXPECT_THAT(open().error().message(), HasSubstr("keys.toml:1: this [[key]] has no name"));
}

TEST_F(WatchedKeysTest, KeysComeAndGoWithTheFile) {
  add("ann");
  ASSERT_TRUE(open());
  EXPECT_TRUE(knows("ann"));
  EXPECT_FALSE(knows("bob"));
  add("bob");
  wait_for_looks();
  EXPECT_TRUE(knows("ann"));
  EXPECT_TRUE(knows("bob"));
  remove("ann");
  wait_for_looks();
  EXPECT_FALSE(knows("ann"));
  EXPECT_TRUE(knows("bob"));
  EXPECT_THAT(log(), HasSubstr("keys in " + file() + ": 1; new: none; removed: ann"));
}

TEST_F(WatchedKeysTest, AnUnchangedFileIsNotReadAndAReplacedOneIs) {
  read_after_change_ = std::chrono::seconds(0);
  add("ann");
  ASSERT_TRUE(open());
  wait_for_looks();
  for (const char* name : {"bob", "cid", "dan"}) {
    add(name);
    wait_for_looks();
    EXPECT_TRUE(knows(name));
    remove(name);
    wait_for_looks();
    EXPECT_FALSE(knows(name));
  }
}

TEST_F(WatchedKeysTest, AContentSeenOnlyOnceMayBeIncompleteAndIsNotUsed) {
  add("ann");
  const std::string good = *KeyFile::open(file())->read();
  int look = 0;
  between_looks_ = [&] { write(++look % 2 == 1 ? "[[key]]\nname = \"ha" : good); };
  ASSERT_TRUE(open());
  for (int i = 0; i < 5; ++i) {
    wait_for_looks();
    EXPECT_TRUE(knows("ann"));
  }
  EXPECT_THAT(log(), Not(HasSubstr("the keys read before")));
}

TEST_F(WatchedKeysTest, AChangeInPlaceIsSeenEvenIfTheSizeIsTheSame) {
  add("ann");
  ASSERT_TRUE(open());
  wait_for_looks();
  std::string text = *KeyFile::open(file())->read();
  std::string hash = hash_of_key("ann");
  text.replace(text.find(hash), hash.size(), hash_of_key("bob"));
  std::ofstream(file()) << text;
  wait_for_looks();
  EXPECT_FALSE(knows("ann"));
  EXPECT_TRUE(knows("bob"));
}

TEST_F(WatchedKeysTest, ABrokenFileChangesNothingAndIsLoggedOnce) {
  add("ann");
  ASSERT_TRUE(open());
  write("[[key]]\nname = \"ann\"\nnonsense = 1\n");
  for (int i = 0; i < 5; ++i) wait_for_looks();
  EXPECT_TRUE(knows("ann"));
  write("");
  wait_for_looks();
  EXPECT_FALSE(knows("ann"));
  std::string told = log();
  std::size_t first = told.find("nonsense");
  EXPECT_THAT(told, HasSubstr("still using the keys read before: 1"));
  EXPECT_EQ(told.find("nonsense", first + 1), std::string::npos) << told;
}

TEST_F(WatchedKeysTest, AMissingOrWritableFileChangesNothing) {
  add("ann");
  ASSERT_TRUE(open());
  fs::rename(file(), file() + ".away");
  for (int i = 0; i < 5; ++i) wait_for_looks();
  EXPECT_TRUE(knows("ann"));
  add("bob");
  fs::permissions(file(), fs::perms::all);
  wait_for_looks();
  fs::rename(file() + ".away", file());
  wait_for_looks();
  EXPECT_TRUE(knows("ann"));
  std::string told = log();
  std::size_t first = told.find("does not exist");
  ASSERT_NE(first, std::string::npos) << told;
  EXPECT_EQ(told.find("does not exist", first + 1), std::string::npos) << told;
  EXPECT_THAT(told, HasSubstr("chmod go-w"));
}

TEST_F(WatchedKeysTest, AReadableFileIsWarnedAboutOnce) {
  add("ann");
  fs::permissions(file(), fs::perms::others_read, fs::perm_options::add);
  ASSERT_TRUE(open());
  for (int i = 0; i < 5; ++i) wait_for_looks();
  std::string told = log();
  std::size_t first = told.find("chmod o-r");
  ASSERT_NE(first, std::string::npos) << told;
  EXPECT_EQ(told.find("chmod o-r", told.find("chmod o-r") + 1), std::string::npos) << told;
}

TEST_F(WatchedKeysTest, AFileWithoutKeysRefusesEverybodyAndLogsIt) {
  write("# later\n");
  ASSERT_TRUE(open());
  EXPECT_TRUE(watched_->keys().all().empty());
  EXPECT_THAT(log(), HasSubstr("every request is refused"));
}

}  // namespace
}  // namespace glovebox
