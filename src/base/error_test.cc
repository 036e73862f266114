#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"

namespace glovebox {
namespace {

Result<int> half(int value) {
  if (value % 2) return validation_error("odd").with("value", value);
  return value / 2;
}

Result<int> quarter(int value) {
  GB_TRY(int once, half(value));
  return half(once);
}

TEST(ErrorTest, IsPassedUpByTry) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message(), "odd");
  EXPECT_EQ(quarter(6).error().details().at("value").as_int64(), 3);
}

TEST(ErrorTest, KeepsTheErrnoAndGainsContext) {
  Error error = Error::from_errno("mount", "/proc", EPERM).with_context("slot 3");
  EXPECT_EQ(error.errno_value(), EPERM);
  EXPECT_EQ(error.message(), "slot 3: mount: /proc: Operation not permitted");
}

TEST(ResultTest, ReadingTheValueOfAFailureThrows) {
  EXPECT_THROW((void)half(3).value(), ResultError);
}

TEST(RandomTest, IdsHaveTheirPrefixAndDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    std::string id = random_id("job_");
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(
        id.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 4),
        std::string::npos);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000u);
}

TEST(ErrnoTextTest, NamesErrnosWithoutATextInTheCLibrary) {
  EXPECT_EQ(errno_text(ENOENT), "No such file or directory");
  EXPECT_EQ(Error::from_errno("seccomp", "", 524).message(),
            "seccomp: ENOTSUPP: not supported by the kernel now (error 524)");
}

TEST(LogTest, HostileTextStaysOnOneLine) {
  EXPECT_EQ(escape_for_log("a\r\nINJECTED \x1b[31m\"\xff"),
            "a\\x0d\\x0aINJECTED \\x1b[31m\\x22\\xff");
  EXPECT_EQ(escape_for_log(std::string(600, 'x')).size(), 515u);
}

}  // namespace
}  // namespace glovebox
