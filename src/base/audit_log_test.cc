#include "base/audit_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

class AuditLogTest : public testing::Test {
 protected:
  void SetUp() override { log_ = AuditLog::open(path_, health_).value(); }
  void write(std::string_view name) { log_->write(LogEvent("upload").with("name", name)); }
  static std::string content(const std::filesystem::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static std::int64_t lines(const std::filesystem::path& path) {
    std::string text = content(path);
    return std::count(text.begin(), text.end(), '\n');
  }

  TempFolder folder_;
  std::filesystem::path path_ = folder_.path() / "audit.log";
  HealthBoard health_;
  std::unique_ptr<AuditLog> log_;
};

TEST_F(AuditLogTest, EventsAreAppendedAndOthersCannotReadThem) {
  write("a");
  log_ = AuditLog::open(path_, health_).value();
  write("b");
  EXPECT_EQ(lines(path_), 2);
  EXPECT_THAT(content(path_), HasSubstr("\"event\":\"upload\",\"fields\":{\"name\":\"a\"}}\n"));
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07, 0u);
}

TEST_F(AuditLogTest, ARenamedFileIsFollowedByANewOne) {
  write("a");
  std::filesystem::rename(path_, folder_.path() / "audit.log.1");
  write("b");
  EXPECT_EQ(lines(folder_.path() / "audit.log.1"), 1);
  EXPECT_THAT(content(path_), HasSubstr("\"b\""));
  EXPECT_EQ(lines(path_), 1);
}

TEST_F(AuditLogTest, ReopenMakesTheFileAtOnce) {
  std::filesystem::rename(path_, folder_.path() / "audit.log.1");
  log_->reopen();
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(AuditLogTest, ACopiedAndTruncatedFileHasNoHole) {
  write("a");
  std::filesystem::resize_file(path_, 0);
  write("b");
  EXPECT_EQ(content(path_).front(), '{');
}

TEST_F(AuditLogTest, WhatTheDiskDoesNotTakeShowsInTheHealthAndTheNextLineIsWhole) {
  write("a");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto old = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = std::filesystem::file_size(path_) + 10;
  ::setrlimit(RLIMIT_FSIZE, &tight);
  write("b");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old);
  ASSERT_EQ(health_.reasons().size(), 1u);
  EXPECT_EQ(health_.reasons()[0].code, "audit_log");
  write("c");
  EXPECT_TRUE(health_.reasons().empty());
  EXPECT_EQ(lines(path_), 3);
  EXPECT_THAT(content(path_), HasSubstr("\n{\"time\""));
  EXPECT_THAT(content(path_), HasSubstr("\"c\""));
}

TEST_F(AuditLogTest, LinksAndFoldersAndFifosAreRefused) {
  std::filesystem::create_symlink(path_, folder_.path() / "link");
  ::mkfifo((folder_.path() / "fifo").c_str(), 0600);
  for (const char* name : {"link", "fifo", "."}) {
    EXPECT_TRUE(AuditLog::open(folder_.path() / name, health_).has_error()) << name;
  }
}

}  // namespace
}  // namespace glovebox
