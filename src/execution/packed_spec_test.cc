#include "execution/packed_spec.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

TEST(PackedSpecTest, ComesBackAsItWas) {
  SandboxSpec spec;
  spec.argv = {"tool", "", "a b", "--x=\n"};
  spec.environment = {"A=1", "", "PATH=/bin"};
  spec.project = "abc";
  spec.limits.wall_time = std::chrono::milliseconds(1234);
  spec.limits.cpus = 1.5;
  spec.collect_artifacts = false;
  PackedSpec packed(ValidSpec::validate(spec).value());
  SandboxSpec back = packed.unpack("abc").value().get();
  EXPECT_EQ(back.argv, spec.argv);
  EXPECT_EQ(back.environment, spec.environment);
  EXPECT_EQ(back.project, spec.project);
  EXPECT_EQ(back.limits, spec.limits);
  EXPECT_EQ(packed.limits(), spec.limits);
  EXPECT_FALSE(back.collect_artifacts);
}

TEST(PackedSpecTest, AnEmptyEnvironmentStaysEmpty) {
  SandboxSpec spec;
  spec.argv = {"tool", ""};
  SandboxSpec back = PackedSpec(ValidSpec::validate(spec).value()).unpack("").value().get();
  EXPECT_EQ(back.argv, spec.argv);
  EXPECT_TRUE(back.environment.empty());
}

TEST(PackedSpecTest, NothingCannotBeRun) {
  EXPECT_TRUE(PackedSpec().unpack("").has_error());
}

}  // namespace
}  // namespace glovebox
