// A manifest at each of its bounds, and one above it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "registry/manifest.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string repeat(std::string_view text, std::size_t count) {
  std::string repeated;
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

std::string with_command(std::string_view command) {
  return fmt::format(
      "id = \"check\"\nname = \"Check\"\ndescription = \"Checks.\"\ncategory = \"Tests\"\n"
      "command = {}\n",
      command);
}

// The messages, one per line; "" for a valid manifest.
std::string problems_of(const std::string& text) {
  std::vector<ManifestProblem> problems;
  std::optional<Tool> tool = parse_manifest(text, "check.toml", problems);
  EXPECT_EQ(tool.has_value(), problems.empty());
  std::string messages;
  for (const ManifestProblem& problem : problems) {
    messages += problem.field + ": " + problem.message + "\n";
  }
  return messages;
}

std::string with(std::string_view lines) {
  return problems_of(with_command(R"(["check"])") + std::string(lines));
}

TEST(ManifestBoundsTest, BoundsTheFile) {
  std::string manifest = with_command(R"(["check"])") + "#";
  manifest += std::string(kMaxManifestBytes - manifest.size(), 'x');
  EXPECT_EQ(problems_of(manifest), "");
  EXPECT_THAT(problems_of(manifest + "x"), HasSubstr("larger than 256 KiB"));
}

TEST(ManifestBoundsTest, BoundsTheNumberOfParameters) {
  std::string command = "[\"check\"";
  std::string tables;
  for (std::size_t i = 0; i < kMaxParameters; ++i) {
    command += fmt::format(", \"{{p{}}}\"", i);
    tables += fmt::format("[[parameters]]\nname = \"p{}\"\ntype = \"string\"\n", i);
  }
  EXPECT_EQ(problems_of(with_command(command + "]") + tables), "");
  tables += "[[parameters]]\nname = \"more\"\ntype = \"string\"\n";
  EXPECT_THAT(problems_of(with_command(command + ", \"{more}\"]") + tables),
              HasSubstr("parameters: has 65 entries; the limit is 64"));
}

TEST(ManifestBoundsTest, BoundsTheCommand) {
  std::string most = "[\"check\"" + repeat(", \"x\"", kMaxCommandElements - 1);
  EXPECT_EQ(problems_of(with_command(most + "]")), "");
  EXPECT_THAT(problems_of(with_command(most + ", \"x\"]")),
              HasSubstr("257 elements; the limit is 256"));
  std::string longest = std::string(4096, 'x');
  EXPECT_EQ(problems_of(with_command("[\"check\", \"" + longest + "\"]")), "");
  EXPECT_THAT(problems_of(with_command("[\"check\", \"" + longest + "x\"]")),
              HasSubstr("command[1]: has 4097 bytes"));
}

TEST(ManifestBoundsTest, BoundsTheValuesOfAnEnum) {
  auto manifest = [](std::size_t count) {
    std::string values;
    for (std::size_t i = 0; i < count; ++i) values += fmt::format("\"v{}\", ", i);
    return with_command(R"(["check", "{p}"])") +
           fmt::format("[[parameters]]\nname = \"p\"\ntype = \"enum\"\nvalues = [{}]\n", values);
  };
  EXPECT_EQ(problems_of(manifest(kMaxEnumValues)), "");
  EXPECT_THAT(problems_of(manifest(kMaxEnumValues + 1)), HasSubstr("the limit is 256"));
}

TEST(ManifestBoundsTest, BoundsEveryLimit) {
  for (const char* good :
       {"timeout = \"1ms\"", "timeout = \"24h\"", "[limits]\nmemory = \"1MiB\"",
        "[limits]\nmemory = \"1TiB\"", "[limits]\ncpus = 1024", "[limits]\nprocesses = 32768",
        "[limits]\nopen_files = 8", "[limits]\noutput_lines = 1", "[limits]\noutput_bytes = \"1\"",
        "[limits]\noutput_bytes = \"256MiB\"", "[limits]\ncpu_time = \"24h\""}) {
    EXPECT_EQ(with(good), "") << good;
  }
  for (const char* bad : {"timeout = \"0s\"",
                          "timeout = \"25h\"",
                          "timeout = 60",
                          "timeout = \"\"",
                          "[limits]\nmemory = \"0\"",
                          "[limits]\nmemory = \"2TiB\"",
                          "[limits]\nmemory = 1048576",
                          "[limits]\ncpus = 0.0",
                          "[limits]\ncpus = nan",
                          "[limits]\ncpus = inf",
                          "[limits]\ncpus = -1",
                          "[limits]\nprocesses = 0",
                          "[limits]\nprocesses = 32769",
                          "[limits]\nopen_files = 7",
                          "[limits]\noutput_lines = 0",
                          "[limits]\noutput_bytes = \"0\"",
                          "[limits]\noutput_bytes = \"257MiB\"",
                          "[limits]\noutput_bytes = \"268435457\"",
                          "[limits]\ncpu_time = \"0\"",
                          "[limits]\ndisk = \"1\"",
                          "limits = 3"}) {
    EXPECT_NE(with(bad), "") << bad;
  }
}

TEST(ManifestBoundsTest, ListsABoundedNumberOfProblems) {
  std::string manifest = with_command(R"(["check"])");
  for (int i = 0; i < 5000; ++i) manifest += fmt::format("unknown{} = 1\n", i);
  std::vector<ManifestProblem> problems;
  EXPECT_FALSE(parse_manifest(manifest, "check.toml", problems));
  EXPECT_EQ(problems.size(), kMaxProblemsPerFile);
}

// Destroying a table tree of this depth would overflow the stack.
TEST(ManifestBoundsTest, RefusesTablesNestedDeep) {
  EXPECT_THAT(problems_of("[" + repeat("a.", 100'000) + "a]\n"), HasSubstr("dots"));
  EXPECT_THAT(problems_of(repeat("a.", 100'000) + "a = 1\n"), HasSubstr("dots"));
  EXPECT_THAT(problems_of("[" + repeat("a.", 4096) + "a]\n"),
              HasSubstr("a: is not a manifest key"));
  EXPECT_THAT(problems_of("a = " + repeat("[", 100'000)), HasSubstr("is not valid TOML"));
  EXPECT_THAT(problems_of("a = " + repeat("{a=", 10'000)), HasSubstr("is not valid TOML"));
}

TEST(ManifestBoundsTest, BoundsTheEnvironment) {
  std::string variables = "[environment]\n";
  for (int i = 0; i < 64; ++i) variables += fmt::format("V{} = \"x\"\n", i);
  EXPECT_EQ(with(variables), "");
  EXPECT_THAT(with(variables + "MORE = \"x\"\n"), HasSubstr("the limit is 64"));
}

}  // namespace
}  // namespace glovebox
