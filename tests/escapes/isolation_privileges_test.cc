// Threats B 35 and 36: privileges through files, and device nodes.
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

constexpr int kOrdinaryUser = 61234;

TEST_F(IsolationTest, T35ASetuidFileOfTheProjectGivesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a file that is setuid root";
  SandboxSpec asker = spec("who_am_i");
  std::string program = project("who_am_i") / "who_am_i";
  ASSERT_EQ(::chmod(program.c_str(), 06755), 0);
  OutsideOptions as_user;
  as_user.user = kOrdinaryUser;
  auto outside = parse_values(run_program_outside(program, {}, std::move(as_user)).out);
  ASSERT_EQ(outside["uid"], kOrdinaryUser);
  if (outside["euid"] != 0) GTEST_SKIP() << "the temporary directory is mounted nosuid";

  FinishedRun inside = run(asker);
  EXPECT_TRUE(exited(inside, 0));
  auto values = parse_values(inside.out);
  EXPECT_EQ(values["uid"], 1000);
  EXPECT_EQ(values["euid"], 1000);
  EXPECT_EQ(values["egid"], 1000);
  EXPECT_EQ(values["capabilities"], 0);
}

TEST_F(IsolationTest, T35FileCapabilitiesOfTheProjectGiveNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file capabilities";
  SandboxSpec asker = spec("who_am_i");
  std::string program = project("who_am_i") / "who_am_i";
  struct vfs_cap_data capabilities = {};
  capabilities.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
  capabilities.data[0].permitted = 1U << CAP_SYS_ADMIN;
  if (::setxattr(program.c_str(), "security.capability", &capabilities, sizeof capabilities, 0) !=
      0) {
    GTEST_SKIP() << "the temporary directory takes no file capabilities";
  }
  OutsideOptions as_user;
  as_user.user = kOrdinaryUser;
  auto outside = parse_values(run_program_outside(program, {}, std::move(as_user)).out);
  if (outside["capabilities"] == 0) GTEST_SKIP() << "file capabilities give nothing outside either";

  FinishedRun inside = run(asker);
  EXPECT_EQ(parse_values(inside.out)["capabilities"], 0) << inside.out;
}

TEST_F(IsolationTest, T35NoSetuidFileIsCreated) {
  FinishedRun inside = run(spec("make_setuid", {"/work"}));
  expect_refused(inside, run_in_throwaway_namespaces("make_setuid", {"."}));
}

TEST_F(IsolationTest, T36NoDeviceNodeIsCreated) {
  FinishedRun inside = run(spec("make_nodes"));
  EXPECT_TRUE(exited(inside, 0));
  expect_ok(only(inside.out, {"allowed-fifo"}));
  // EPERM for a missing capability, or EACCES if Landlock refuses first.
  expect_refused(without(inside.out, {"allowed-fifo"}), run_in_throwaway_namespaces("make_nodes"));
}

}  // namespace
}  // namespace glovebox
