#include "sandbox/exec/own_program.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "temp_folder.h"

namespace glovebox {
namespace {

// Landlock refuses these as well, so only this test shows that the check is missing.
class OwnProgramTest : public testing::Test {
 protected:
  bool is_own(const std::string& name) {
    return leads_to_own_program((folder_.path() / name).c_str(), OwnProgram::find());
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
  }
  TempFolder folder_;
};

TEST_F(OwnProgramTest, T94FollowsScriptsAndLinksToOurselves) {
  std::filesystem::create_symlink("/proc/self/exe", folder_.path() / "link");
  write("script", "#! /proc/self/exe argument\n");
  write("script-to-link", "#!" + (folder_.path() / "link").native() + "\n");
  write("script-to-script", "#!" + (folder_.path() / "script").native() + "\n");
  for (const char* name : {"link", "script", "script-to-link", "script-to-script"}) {
    EXPECT_TRUE(is_own(name)) << name;
  }
}

TEST_F(OwnProgramTest, T94LeavesOtherProgramsAlone) {
  std::filesystem::create_symlink("/bin/sh", folder_.path() / "shell");
  write("script", "#!/bin/sh\necho\n");
  write("empty", "");
  write("short", "#!");
  write("itself", "#!" + (folder_.path() / "itself").native() + "\n");
  for (const char* name : {"shell", "script", "empty", "short", "itself", "absent"}) {
    EXPECT_FALSE(is_own(name)) << name;
  }
}

}  // namespace
}  // namespace glovebox
