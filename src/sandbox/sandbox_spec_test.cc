#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "sandbox/sandbox.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

SandboxSpec plain_spec() {
  SandboxSpec spec;
  spec.argv = {"true"};
  return spec;
}

bool is_valid(SandboxSpec spec) {
  Result<ValidSpec> valid = ValidSpec::validate(std::move(spec));
  if (valid.has_value()) return true;
  EXPECT_EQ(valid.error().kind(), ErrorKind::kValidation);
  return false;
}

// The field that the error message names.
std::string refused_field(SandboxSpec spec) {
  Result<ValidSpec> valid = ValidSpec::validate(std::move(spec));
  if (valid.has_value() || !valid.error().details().contains("field")) return {};
  return std::string(valid.error().details().at("field").as_string());
}

TEST(SandboxSpecTest, KeepsItsFields) {
  SandboxSpec spec = plain_spec();
  spec.argv = {"echo", "", "a b"};
  spec.environment = {"LANG=C"};
  spec.project = "prj_1";
  Result<ValidSpec> valid = ValidSpec::validate(spec);
  ASSERT_TRUE(valid.has_value());
  EXPECT_EQ(valid->get().argv, spec.argv);
  EXPECT_EQ(valid->get().environment, spec.environment);
  EXPECT_EQ(valid->get().project, spec.project);
}

TEST(SandboxSpecTest, RequiresACommand) {
  SandboxSpec spec = plain_spec();
  spec.argv = {};
  EXPECT_EQ(refused_field(spec), "argv");
  spec.argv = {"", "true"};
  EXPECT_EQ(refused_field(spec), "argv");
}

TEST(SandboxSpecTest, RefusesNulAnywhere) {
  const std::string nul("a\0b", 3);
  SandboxSpec spec = plain_spec();
  spec.argv = {"true", nul};
  EXPECT_EQ(refused_field(spec), "argv");
  spec = plain_spec();
  spec.environment = {nul};
  EXPECT_EQ(refused_field(spec), "environment");
  spec = plain_spec();
  spec.project = nul;
  EXPECT_EQ(refused_field(spec), "project");
}

TEST(SandboxSpecTest, BoundsTheNumberOfStrings) {
  SandboxSpec spec = plain_spec();
  spec.argv.assign(kMaxArguments - 1, "a");
  spec.environment = {"A=1"};
  EXPECT_TRUE(is_valid(spec));
  spec.environment.push_back("B=1");
  Error error = ValidSpec::validate(spec).error();
  EXPECT_THAT(error.message(), HasSubstr("too many"));
  EXPECT_EQ(error.details().at("observed").to_number<std::size_t>(), kMaxArguments + 1);
}

TEST(SandboxSpecTest, BoundsTheBytesOfTheStrings) {
  SandboxSpec spec = plain_spec();
  spec.argv = {std::string(kMaxArgumentBytes - 5, 'a')};  // plus its NUL
  spec.environment = {"A=1"};                             // 4 with its NUL
  EXPECT_TRUE(is_valid(spec));
  spec.environment = {"A=12"};
  Error error = ValidSpec::validate(spec).error();
  EXPECT_THAT(error.message(), HasSubstr("too long"));
  EXPECT_EQ(error.details().at("observed").to_number<std::size_t>(), kMaxArgumentBytes + 1);
}

TEST(SandboxSpecTest, AcceptsAProjectThatIsOnePlainFolderName) {
  for (const char* name : {"", "prj_abc", "a.b-c", "...", ".hidden", "with space"}) {
    SandboxSpec spec = plain_spec();
    spec.project = name;
    EXPECT_TRUE(is_valid(spec)) << name;
  }
}

// The last three have a meaning in overlayfs mount options.
TEST(SandboxSpecTest, RefusesOtherProjectNames) {
  for (const char* name : {".", "..", "a/b", "/", "../x", "a,b", "a:b", "a\\b"}) {
    SandboxSpec spec = plain_spec();
    spec.project = name;
    EXPECT_EQ(refused_field(spec), "project") << name;
  }
}

TEST(SandboxSpecTest, BoundsTheNameOfTheProject) {
  SandboxSpec spec = plain_spec();
  spec.project.assign(255, 'p');
  EXPECT_TRUE(is_valid(spec));
  spec.project.push_back('p');
  EXPECT_EQ(refused_field(spec), "project");
}

struct LimitCase {
  const char* field;
  std::function<void(Limits&, int)> set;
};

TEST(SandboxSpecTest, RequiresEveryLimitToBePositive) {
  using std::chrono::milliseconds;
  const LimitCase cases[] = {
      {"timeout", [](Limits& l, int n) { l.wall_time = milliseconds(n); }},
      {"cpu_time", [](Limits& l, int n) { l.cpu_time = milliseconds(n); }},
      {"memory", [](Limits& l, int n) { l.memory = ByteCount(static_cast<unsigned>(n)); }},
      {"cpus", [](Limits& l, int n) { l.cpus = n * 0.001; }},
      {"processes", [](Limits& l, int n) { l.processes = n; }},
      {"disk", [](Limits& l, int n) { l.disk = ByteCount(static_cast<unsigned>(n)); }},
      {"open_files", [](Limits& l, int n) { l.open_files = n; }}};
  for (const auto& [field, set] : cases) {
    SandboxSpec spec = plain_spec();
    set(spec.limits, 1);
    EXPECT_TRUE(is_valid(spec)) << field;
    set(spec.limits, 0);
    EXPECT_EQ(refused_field(spec), field);
  }
}

TEST(SandboxSpecTest, RefusesNegativeLimitsAndNaN) {
  SandboxSpec spec = plain_spec();
  spec.limits.wall_time = std::chrono::milliseconds(-1);
  EXPECT_EQ(refused_field(spec), "timeout");
  spec = plain_spec();
  spec.limits.processes = -1;
  EXPECT_EQ(refused_field(spec), "processes");
  spec = plain_spec();
  spec.limits.cpus = std::nan("");
  EXPECT_EQ(refused_field(spec), "cpus");
}

TEST(SandboxSpecTest, RefusesLimitsThatWouldOverflow) {
  SandboxSpec spec = plain_spec();
  spec.limits.wall_time = std::chrono::hours(24 * 365);
  spec.limits.cpus = 4096;
  spec.limits.memory = ByteCount(1ULL << 50);
  EXPECT_TRUE(is_valid(spec));
  spec.limits.wall_time += std::chrono::milliseconds(1);
  EXPECT_EQ(refused_field(spec), "timeout");
  spec = plain_spec();
  spec.limits.cpus = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refused_field(spec), "cpus");
  spec = plain_spec();
  spec.limits.memory = ByteCount((1ULL << 50) + 1);
  EXPECT_EQ(refused_field(spec), "memory");
}

}  // namespace
}  // namespace glovebox
