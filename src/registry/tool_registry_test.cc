#include "registry/tool_registry.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string manifest(std::string_view id, std::string_view category = "Tests",
                     std::string_view program = "true") {
  return fmt::format(
      "id = \"{0}\"\nname = \"{0}\"\ndescription = \"Runs {2}. Debian package: {2}-pkg.\"\n"
      "category = \"{1}\"\ncommand = [\"{2}\"]\n",
      id, category, program);
}

std::vector<std::string> ids_of(const ToolRegistry& registry) {
  std::vector<std::string> ids;
  for (const Tool& tool : registry.tools()) ids.push_back(tool.id.str());
  return ids;
}

struct Loaded {
  std::vector<ManifestProblem> problems;
  ToolRegistry registry;
};

Loaded load(const RegistrySources& sources) {
  Loaded loaded;
  loaded.registry = ToolRegistry::load(sources, loaded.problems);
  return loaded;
}

TEST(ToolRegistryTest, SortsByCategoryThenName) {
  TempFolder folder;
  folder.write("1.toml", manifest("b", "Y"));
  folder.write("2.toml", manifest("c", "X"));
  folder.write("3.toml", manifest("a", "Y"));
  Loaded loaded = load({.tools_dirs = {folder.path()}});
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_THAT(ids_of(loaded.registry), ElementsAre("c", "a", "b"));
}

TEST(ToolRegistryTest, LeavesABadFileOutAndLoadsTheOthers) {
  TempFolder folder;
  auto bad = folder.write("bad.toml", "id = 5\n");
  folder.write("good.toml", manifest("good"));
  folder.write(".hidden.toml", "not toml");
  folder.write("notes.txt", "not toml");
  Loaded loaded = load({.tools_dirs = {folder.path()}});
  EXPECT_THAT(ids_of(loaded.registry), ElementsAre("good"));
  ASSERT_FALSE(loaded.problems.empty());
  EXPECT_EQ(loaded.problems[0].file, bad);
  EXPECT_EQ(loaded.problems[0].line, 1);
  EXPECT_EQ(loaded.problems[0].field, "id");
}

TEST(ToolRegistryTest, KeepsTheFirstOfTwoToolsWithOneId) {
  TempFolder first;
  TempFolder second;
  first.write("a.toml", manifest("same", "First"));
  auto later = second.write("a.toml", manifest("same", "Second"));
  Loaded loaded = load({.tools_dirs = {first.path(), second.path()}});
  ASSERT_THAT(loaded.registry.tools(), SizeIs(1));
  EXPECT_EQ(loaded.registry.tools()[0].category, "First");
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.problems[0].file, later);
  EXPECT_EQ(loaded.problems[0].field, "id");
}

TEST(ToolRegistryTest, ReportsMissingFolders) {
  Loaded loaded = load({.tools_dirs = {"/nonexistent/tools"}, .examples_dirs = {"/nonexistent/e"}});
  EXPECT_THAT(loaded.problems, SizeIs(2));
}

TEST(ToolRegistryTest, BoundsTheNumberOfManifests) {
  TempFolder folder;
  for (std::size_t i = 0; i < kMaxManifests; ++i) folder.write(fmt::format("{}.toml", i), "");
  EXPECT_THAT(load({.tools_dirs = {folder.path()}}).problems, testing::Not(SizeIs(1)));
  folder.write("more.toml", "");
  Loaded loaded = load({.tools_dirs = {folder.path()}});
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_THAT(loaded.problems[0].message, HasSubstr("more than 1000 manifests"));
}

TEST(ToolRegistryTest, FindsToolsAndSuggestsNames) {
  TempFolder folder;
  folder.write("a.toml", manifest("cppcheck"));
  ToolRegistry registry = load({.tools_dirs = {folder.path()}}).registry;
  EXPECT_EQ(registry.get(ToolId("cppcheck")).value(), registry.find(ToolId("cppcheck")));
  EXPECT_EQ(registry.find(ToolId("cpcheck")), nullptr);
  Error error = registry.get(ToolId("cpcheck")).error();
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.message(), HasSubstr("no tool named \"cpcheck\" (did you mean \"cppcheck\"?)"));
}

TEST(ToolRegistryTest, FindsTheFolderOfAnExample) {
  TempFolder tools;
  TempFolder examples;
  tools.write("a.toml", manifest("check"));
  examples.write("check/leak/x.c", "");
  examples.write("other/y/x.c", "");
  Loaded loaded = load({.tools_dirs = {tools.path()}, .examples_dirs = {examples.path()}});
  EXPECT_THAT(loaded.problems, IsEmpty());
  const ToolRegistry& registry = loaded.registry;
  EXPECT_THAT(registry.tools()[0].examples, SizeIs(1));
  EXPECT_EQ(registry.example_path(ToolId("check"), "leak").value(), examples.path() / "check/leak");
  for (const char* name : {"leek", "", "..", "../check/leak", "leak/", "."}) {
    EXPECT_EQ(registry.example_path(ToolId("check"), name).error().kind(), ErrorKind::kNotFound);
  }
  EXPECT_TRUE(registry.example_path(ToolId("other"), "y").has_error());
}

TEST(ToolRegistryTest, KeepsTheFirstOfTwoExamplesWithOneName) {
  TempFolder tools;
  TempFolder first;
  TempFolder second;
  tools.write("a.toml", manifest("check"));
  first.write("check/leak/x.c", "");
  second.write("check/leak/x.c", "");
  Loaded loaded =
      load({.tools_dirs = {tools.path()}, .examples_dirs = {first.path(), second.path()}});
  EXPECT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.registry.example_path(ToolId("check"), "leak").value(),
            first.path() / "check/leak");
}

TEST(ToolRegistryTest, AToolIsUnavailableWhileItsProgramIsMissing) {
  TempFolder folder;
  folder.write("a.toml", manifest("here"));
  folder.write("b.toml", manifest("missing", "Tests", "no-such-program-anywhere"));
  folder.write("c.toml", manifest("later") + "status = \"in-development\"\n");
  ToolRegistry registry = load({.tools_dirs = {folder.path()}}).registry;
  registry.refresh_availability();
  EXPECT_EQ(registry.find(ToolId("here"))->status, ToolStatus::kAvailable);
  EXPECT_EQ(registry.find(ToolId("here"))->status_reason, "");
  const Tool* missing = registry.find(ToolId("missing"));
  EXPECT_EQ(missing->status, ToolStatus::kUnavailable);
  EXPECT_THAT(missing->status_reason,
              HasSubstr("install the Debian package no-such-program-anywhere-pkg"));
  EXPECT_EQ(registry.find(ToolId("later"))->status, ToolStatus::kInDevelopment);
  EXPECT_NE(registry.find(ToolId("later"))->status_reason, "");
}

TEST(ToolRegistryTest, AToolIsUnavailableIfTheSandboxLacksALayerThatItNeeds) {
  TempFolder folder;
  folder.write("a.toml", manifest("curious", "Tests", "sh") + "needs = [\"proc\"]\n");
  folder.write("b.toml", manifest("modest", "Tests", "sh"));
  ToolRegistry registry = load({.tools_dirs = {folder.path()}}).registry;
  registry.refresh_availability();
  EXPECT_EQ(registry.find(ToolId("curious"))->status, ToolStatus::kAvailable);
  IsolationReport report;
  report.missing = {{"own-uid", "not root", ""}, {"proc", "it is masked", ""}};
  registry.set_isolation(report);
  registry.refresh_availability();
  EXPECT_EQ(registry.find(ToolId("curious"))->status, ToolStatus::kUnavailable);
  EXPECT_THAT(registry.find(ToolId("curious"))->status_reason, HasSubstr("it is masked"));
  EXPECT_EQ(registry.find(ToolId("modest"))->status, ToolStatus::kAvailable);
}

TEST(ToolRegistryTest, LooksForTheProgramOfTheVersionCommandToo) {
  TempFolder folder;
  folder.write("a.toml", manifest("script", "Tests", "sh") +
                             "version = [\"no-such-program-anywhere\", \"--version\"]\n");
  folder.write("b.toml", manifest("plain", "Tests", "sh") + "version = [\"sh\", \"--version\"]\n");
  ToolRegistry registry = load({.tools_dirs = {folder.path()}}).registry;
  registry.refresh_availability();
  EXPECT_EQ(registry.find(ToolId("script"))->status, ToolStatus::kUnavailable);
  EXPECT_THAT(registry.find(ToolId("script"))->status_reason,
              HasSubstr("no-such-program-anywhere"));
  EXPECT_EQ(registry.find(ToolId("plain"))->status, ToolStatus::kAvailable);
}

TEST(ToolRegistryTest, NoticesAProgramThatAppearsAndDisappears) {
  TempFolder folder;
  auto program = folder.path() / "program";
  folder.write("a.toml", manifest("check", "Tests", program.string()));
  ToolRegistry registry = load({.tools_dirs = {folder.path()}}).registry;
  auto status = [&] {
    registry.refresh_availability();
    return registry.tools()[0].status;
  };
  EXPECT_EQ(status(), ToolStatus::kUnavailable);
  folder.write("program", "#!/bin/sh\n");
  std::filesystem::permissions(program, std::filesystem::perms(0755));
  EXPECT_EQ(status(), ToolStatus::kAvailable);
  EXPECT_EQ(registry.tools()[0].status_reason, "");
  std::filesystem::remove(program);
  EXPECT_EQ(status(), ToolStatus::kUnavailable);
}

TEST(ToolRegistryTest, StoresTheCleanedFirstLineOfAVersion) {
  TempFolder folder;
  folder.write("a.toml", manifest("check"));
  ToolRegistry registry = load({.tools_dirs = {folder.path()}}).registry;
  registry.set_version(ToolId("check"), "\x1b[1mcheck\x1b[0m 2.10\nmore\n");
  EXPECT_EQ(registry.tools()[0].version, "check 2.10");
  registry.set_version(ToolId("check"), std::string(5000, 'v'));
  EXPECT_EQ(registry.tools()[0].version.size(), kMaxVersionBytes);
  registry.set_version(ToolId("unknown"), "1.0");
}

}  // namespace
}  // namespace glovebox
