#include "registry/invocation.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "registry/manifest.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kManifest = R"(
id = "check"
name = "Check"
description = "Checks."
category = "Tests"
command = ["check", "--depth={depth}", "{verbose}", "{file}"]
[environment]
LANG = "C"
MODE = "{file}"
[[parameters]]
name = "depth"
type = "integer"
default = 3
[[parameters]]
name = "verbose"
type = "boolean"
flag = "-v"
[[parameters]]
name = "file"
type = "string"
required = true
)";

Tool tool(std::string_view manifest = kManifest) {
  std::vector<ManifestProblem> problems;
  return parse_manifest(manifest, "check.toml", problems).value();
}

Result<Invocation> invoke(const Tool& tool, std::string_view parameters, std::string input = "") {
  return make_invocation(tool, boost::json::parse(parameters).as_object(), std::move(input));
}

TEST(InvocationTest, AddsDefaultsAndDropsUnsetParameters) {
  EXPECT_THAT(invoke(tool(), R"({"file": "a.c"})").value().argv,
              ElementsAre("check", "--depth=3", "a.c"));
  EXPECT_THAT(invoke(tool(), R"({"file": "a.c", "depth": 5, "verbose": true})").value().argv,
              ElementsAre("check", "--depth=5", "-v", "a.c"));
}

TEST(InvocationTest, PassesOnlyTheAllowListAndTheManifestsEnvironment) {
  ::setenv("GLOVEBOX_TEST_SECRET", "hidden", 1);
  EXPECT_THAT(invoke(tool(), R"({"file": "a.c"})").value().environment,
              ElementsAre("HOME=/tmp", "LANG=C", "MODE={file}", "PATH=/usr/local/bin:/usr/bin:/bin",
                          "TMPDIR=/tmp"));
}

TEST(InvocationTest, NamesAParameterThatIsMissing) {
  Error error = invoke(tool(), "{}").error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("field"), "parameters.file");
  EXPECT_THAT(error.message(), HasSubstr("requires it"));
}

TEST(InvocationTest, NamesAParameterThatIsUnknownAndTheNearest) {
  Error error = invoke(tool(), R"({"file": "a.c", "dept": 1})").error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("field"), "parameters.dept");
  EXPECT_EQ(error.message(),
            "the tool \"check\" has no parameter \"dept\" (did you mean \"depth\"?); its "
            "parameters are depth, verbose, file");
}

TEST(InvocationTest, NamesAnInvalidParameter) {
  Error error = invoke(tool(), R"({"file": "a.c", "depth": "deep"})").error();
  EXPECT_EQ(error.details().at("field"), "parameters.depth");
}

TEST(InvocationTest, RefusesAFileThatWouldBeAnOption) {
  Error error = invoke(tool(), R"({"file": "--config=x"})").error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("field"), "parameters.file");
}

TEST(InvocationTest, AcceptsStandardInputOnlyIfTheToolDoes) {
  Error error = invoke(tool(), R"({"file": "a.c"})", "text").error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("field"), "stdin");
  Tool taking = tool();
  taking.takes_stdin = true;
  EXPECT_EQ(invoke(taking, R"({"file": "a.c"})", "text").value().stdin_text, "text");
}

TEST(InvocationTest, BoundsTheCommandLine) {
  Tool wide = tool();
  std::string value(4000, 'x');
  boost::json::object parameters{{"file", boost::json::value(value)}};
  wide.command = {"check", "{file}"};
  EXPECT_TRUE(make_invocation(wide, parameters, "").has_value());
  while (wide.command.size() < 34) wide.command.push_back("{file}");
  Error error = make_invocation(wide, parameters, "").error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("configured"), kMaxInvocationBytes);
  EXPECT_THAT(error.message(), HasSubstr("the limit is 131072"));
}

TEST(InvocationTest, AcceptsACommandLineOfExactlyTheBound) {
  Tool wide = tool();
  wide.command = {"check"};
  boost::json::object parameters{{"file", "x"}};
  std::size_t used = 6;
  for (const std::string& text : make_invocation(wide, parameters, "").value().environment) {
    used += text.size() + 1;
  }
  wide.command.emplace_back(kMaxInvocationBytes - used - 1, 'x');
  EXPECT_TRUE(make_invocation(wide, parameters, "").has_value());
  wide.command.back() += 'x';
  EXPECT_TRUE(make_invocation(wide, parameters, "").has_error());
}

TEST(InvocationTest, IsAConflictWithoutACommand) {
  Tool coming = tool();
  coming.command.clear();
  EXPECT_EQ(invoke(coming, "{}").error().kind(), ErrorKind::kConflict);
}

}  // namespace
}  // namespace glovebox
