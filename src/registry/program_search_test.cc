#include "registry/program_search.h"

#include <gtest/gtest.h>

#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

TEST(ProgramSearchTest, FindsAProgramOnTheSandboxsPathOnly) {
  EXPECT_EQ(program_path(), "/usr/local/bin:/usr/bin:/bin");
  EXPECT_TRUE(program_is_found("sh"));
  EXPECT_FALSE(program_is_found("no-such-program-anywhere"));
  EXPECT_FALSE(program_is_found(""));
}

TEST(ProgramSearchTest, LeavesAPathInTheWorkDirectoryToTheProject) {
  EXPECT_TRUE(program_is_found("./build.sh"));
  EXPECT_TRUE(program_is_found("scripts/no-such-program"));
}

TEST(ProgramSearchTest, LooksAtAnAbsolutePathAsItStands) {
  EXPECT_TRUE(program_is_found("/bin/sh"));
  EXPECT_FALSE(program_is_found("/bin/no-such-program-anywhere"));
}

TEST(ProgramSearchTest, TakesAFileForAProgramWhenEverybodyMayExecuteIt) {
  TempFolder folder;
  fs::path file = folder.write("tool", "#!/bin/sh\n");
  fs::permissions(file, fs::perms(0755));
  EXPECT_TRUE(is_program(file.string()));
  fs::create_symlink(file, folder.path() / "link");
  EXPECT_TRUE(is_program((folder.path() / "link").string()));
  fs::permissions(file, fs::perms(0750));
  EXPECT_FALSE(is_program(file.string()));
  EXPECT_FALSE(is_program(folder.path().string()));
  fs::create_symlink("nowhere", folder.path() / "dangling");
  EXPECT_FALSE(is_program((folder.path() / "dangling").string()));
}

TEST(ProgramSearchTest, SaysWhatWasNotFoundAndWhichPackageHelps) {
  EXPECT_EQ(missing_program_reason("splint", "Checks C. Debian package: splint."),
            "program \"splint\" not found in /usr/local/bin, /usr/bin or /bin; install the "
            "Debian package splint");
  EXPECT_EQ(missing_program_reason("splint", "Debian package: x. Checks C."),
            "program \"splint\" not found in /usr/local/bin, /usr/bin or /bin");
  EXPECT_EQ(missing_program_reason("g", "Runs. Debian package: libstdc++-12-dev.\n"),
            "program \"g\" not found in /usr/local/bin, /usr/bin or /bin; install the "
            "Debian package libstdc++-12-dev");
  EXPECT_EQ(missing_program_reason("/opt/x", "Runs."), "program /opt/x not found");
}

}  // namespace
}  // namespace glovebox
