#include "execution/jobs/packed_spec.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

const ToolId kTool("tool");

TEST(PackedSpecTest, IsRestoredUnchanged) {
  SandboxSpec spec;
  spec.argv = {"tool", "", "a b", "--x=\n"};
  spec.environment = {"A=1", "", "PATH=/bin"};
  spec.project = "abc";
  spec.limits.wall_time = std::chrono::milliseconds(1234);
  spec.limits.cpus = 1.5;
  spec.collect_artifacts = false;
  ExitCodes codes{{0, Verdict::kClean}, {1, Verdict::kFindings}};
  PackedSpec packed = SpecPacker().pack(kTool, spec, codes);
  EXPECT_EQ(packed.exit_codes(), codes);
  SandboxSpec back = packed.unpack("abc").value().get();
  EXPECT_EQ(back.argv, spec.argv);
  EXPECT_EQ(back.environment, spec.environment);
  EXPECT_EQ(back.project, spec.project);
  EXPECT_EQ(back.limits, spec.limits);
  EXPECT_EQ(packed.limits(), spec.limits);
  EXPECT_FALSE(back.collect_artifacts);
}

TEST(PackedSpecTest, JobsOfAToolShareOnlyEqualParts) {
  SpecPacker packer;
  SandboxSpec spec;
  spec.argv = {"tool"};
  spec.environment = {"A=1"};
  PackedSpec first = packer.pack(kTool, spec);
  spec.limits.wall_time = std::chrono::milliseconds(5);
  PackedSpec second = packer.pack(kTool, spec);
  spec.environment = {"A=2"};
  PackedSpec third = packer.pack(kTool, spec);
  EXPECT_EQ(first.limits(), Limits());
  EXPECT_EQ(second.limits().wall_time.count(), 5);
  EXPECT_EQ(second.unpack("").value().get().environment, std::vector<std::string>{"A=1"});
  EXPECT_EQ(third.unpack("").value().get().environment, std::vector<std::string>{"A=2"});
}

TEST(PackedSpecTest, ALongArgumentIsStoredOnceForAllJobsOfATool) {
  SpecPacker packer;
  std::string program(SpecPacker::kSharedArgument, 'p');
  auto argv_of = [](const PackedSpec& packed) { return packed.unpack("").value().get().argv; };
  std::vector<std::string> first{"sh", "-c", program, "a", "@b", program + "q", "="};
  std::vector<std::string> second{"sh", "-c", program, "", "@", program + "q"};
  SandboxSpec spec;
  spec.argv = first;
  PackedSpec one = packer.pack(kTool, spec);
  spec.argv = second;
  PackedSpec two = packer.pack(kTool, spec);
  spec.argv = {"sh", program + "r"};
  PackedSpec other = packer.pack(kTool, spec);
  EXPECT_EQ(argv_of(one), first);
  EXPECT_EQ(argv_of(two), second);
  EXPECT_EQ(argv_of(other), spec.argv);
}

TEST(PackedSpecTest, NothingCannotBeRun) {
  EXPECT_TRUE(PackedSpec().unpack("").has_error());
}

}  // namespace
}  // namespace glovebox
