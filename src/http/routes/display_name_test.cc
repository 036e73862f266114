#include "http/routes/display_name.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

TEST(DisplayNameTest, KeepsTheLastComponent) {
  EXPECT_EQ(display_name("project.zip"), "project.zip");
  EXPECT_EQ(display_name("C:\\Users\\me\\My Project.zip"), "My Project.zip");
  EXPECT_EQ(display_name("a/b/größe.tar.gz"), "größe.tar.gz");
}

TEST(DisplayNameTest, DropsMisleadingCharacters) {
  EXPECT_EQ(display_name("a\r\nb\x1b[31m.zip"), "ab[31m.zip");
  EXPECT_EQ(display_name("evil\u202epiz.exe"), "evilpiz.exe");
  EXPECT_EQ(display_name("a\xff.zip"), "a.zip");
}

TEST(DisplayNameTest, IsNeverEmptyAndNeverLong) {
  for (const char* name : {"", "/", "a/", "..", ".", "\x01", "\\"}) {
    EXPECT_EQ(display_name(name), "project") << name;
  }
  EXPECT_EQ(display_name(std::string(500, 'x')).size(), 120);
  EXPECT_EQ(display_name(std::string(119, 'x') + "é").size(), 119);
}

}  // namespace
}  // namespace glovebox
