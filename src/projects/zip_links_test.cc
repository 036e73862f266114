// Hostile zips: threats 49 and 50, links and special files.
#include <map>

#include "projects/archive_forge.h"
#include "projects/store_fixture.h"

namespace glovebox {
namespace {

using forge::folder;
using forge::stored;
using forge::zip;
using testing::HasSubstr;

class ZipLinksTest : public StoreFixture {};

TEST_F(ZipLinksTest, T49RefusesASymlinkAndAWriteThroughIt) {
  for (const char* target : {"/etc", "..", "d", "nowhere"}) {
    EXPECT_THAT(refused(zip({stored("d/f", "1"), stored("link", target, 0120777),
                             stored("link/passwd", "evil")})),
                HasSubstr("'link' is a symbolic link, and another entry would be written through"))
        << target;
    EXPECT_THAT(refused(zip({stored("link/passwd", "evil"), stored("link", target, 0120777)})),
                HasSubstr("'link' is both a folder and a symbolic link"));
    EXPECT_THAT(refused(zip({stored("link", target, 0120777), stored("link", "evil")})),
                HasSubstr("'link' is both a file and a symbolic link"));
    EXPECT_THAT(refused(zip({stored("link", target, 0120777), folder("link/")})),
                HasSubstr("'link' is both a folder and a symbolic link"));
  }
}

TEST_F(ZipLinksTest, T49RefusesAWriteThroughAChainOfSymlinks) {
  EXPECT_THAT(
      refused(zip({stored("a", "b", 0120777), stored("b", "..", 0120777), stored("a/x", "evil")})),
      HasSubstr("'a' is a symbolic link"));
  EXPECT_THAT(refused(zip({stored("d/a", "b", 0120777), stored("d/a/b", "..", 0120777)})),
              HasSubstr("'d/a' is a symbolic link"));
}

TEST_F(ZipLinksTest, T49LeavesOutASymlinkThatLeadsOutWhateverSystemMadeTheZip) {
  forge::ZipItem link = stored("link", "/etc", 0120777);
  link.host = 0;
  ProjectTree tree = accepted(zip({link, stored("a", "1")}));
  EXPECT_TRUE(tree.links.empty());
  EXPECT_FALSE(std::filesystem::exists(
      std::filesystem::symlink_status(store_->trees_dir() / tree.sha256 / "link")));
}

TEST_F(ZipLinksTest, T49RefusesANulInATarget) {
  EXPECT_THAT(refused(zip({stored("a", "1"), stored("l", std::string("a\0b", 3), 0120777)})),
              HasSubstr("NUL byte"));
}

TEST_F(ZipLinksTest, T50LeavesOutDevicesPipesAndSockets) {
  std::map<std::uint32_t, std::string> kinds{{0020666, "a device"},
                                             {0060666, "a device"},
                                             {0010644, "a named pipe"},
                                             {0140644, "a socket"}};
  for (const auto& [mode, name] : kinds) {
    ProjectTree tree = accepted(zip({stored("x", "", mode), stored("a", "1")}));
    EXPECT_THAT(paths_of(tree), testing::ElementsAre("a"));
    EXPECT_THAT(warnings_of(tree), testing::ElementsAre("x: is " + name + " and is left out"));
    ASSERT_TRUE(store_->remove(tree.sha256));
  }
  EXPECT_THAT(refused(zip({stored("x", "", 0070644)})), HasSubstr("unknown type"));
}

TEST_F(ZipLinksTest, T50RemovesSetuidSetgidAndSticky) {
  for (std::uint32_t mode : {0104755u, 0102755u, 0101755u, 04755u}) {
    ProjectTree tree = accepted(zip({stored("x", "1", mode)}));
    auto status = std::filesystem::status(store_->trees_dir() / tree.sha256 / "x");
    EXPECT_EQ(static_cast<unsigned>(status.permissions()), 0755u);
    EXPECT_THAT(warnings_of(tree), testing::ElementsAre(HasSubstr("x: has a setuid")));
  }
  EXPECT_EQ(accepted(zip({stored("d/", "", 044755), stored("x", "1")})).notes.warning_count, 1);
}

}  // namespace
}  // namespace glovebox
