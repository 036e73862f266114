// Everything in tools/ and examples/ loads without a problem.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "registry/tool_registry.h"

namespace glovebox {
namespace {

ToolRegistry load_shipped() {
  std::filesystem::path root = GLOVEBOX_SOURCE_DIR;
  std::vector<ManifestProblem> problems;
  ToolRegistry registry = ToolRegistry::load(
      {.tools_dirs = {root / "tools"}, .examples_dirs = {root / "examples"}}, problems);
  for (const ManifestProblem& problem : problems) {
    ADD_FAILURE() << fmt::format("{}:{}: {}: {}", problem.file.string(), problem.line,
                                 problem.field, problem.message);
  }
  return registry;
}

TEST(ShippedToolsTest, LoadWithoutProblems) {
  EXPECT_GE(load_shipped().tools().size(), 12u);
}

TEST(ShippedToolsTest, RunWithTheirDefaults) {
  ToolRegistry registry = load_shipped();
  for (const Tool& tool : registry.tools()) {
    bool needs_values = std::any_of(tool.parameters.begin(), tool.parameters.end(),
                                    [](const Parameter& p) { return p.required; });
    if (tool.command.empty() || needs_values) continue;
    EXPECT_TRUE(make_invocation(tool, {}, "").has_value()) << tool.id.str();
  }
}

TEST(ShippedToolsTest, SayWhichPackageBringsAMissingProgram) {
  ToolRegistry registry = load_shipped();
  registry.refresh_availability();
  for (const Tool& tool : registry.tools()) {
    if (tool.status != ToolStatus::kUnavailable) continue;
    EXPECT_NE(tool.status_reason.find("install the Debian package"), std::string::npos)
        << tool.id.str() << ": " << tool.status_reason;
  }
}

}  // namespace
}  // namespace glovebox
