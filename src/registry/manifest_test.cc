#include "registry/manifest.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHead = R"(id = "check"
name = "Check"
description = "Checks."
category = "Tests"
)";

struct Parsed {
  std::optional<Tool> tool;
  std::vector<ManifestProblem> problems;
};

Parsed parse(const std::string& text) {
  Parsed parsed;
  parsed.tool = parse_manifest(text, "check.toml", parsed.problems);
  EXPECT_EQ(parsed.tool.has_value(), parsed.problems.empty());
  return parsed;
}

// A valid manifest with these lines after its command (line 5).
Parsed parse_with(const std::string& lines) {
  return parse(fmt::format("{}command = [\"check\", \".\"]\n{}", kHead, lines));
}

// "LINE FIELD: MESSAGE" of each problem.
std::vector<std::string> problems_of(const Parsed& parsed) {
  std::vector<std::string> list;
  for (const ManifestProblem& problem : parsed.problems) {
    EXPECT_EQ(problem.file, "check.toml");
    list.push_back(fmt::format("{} {}: {}", problem.line, problem.field, problem.message));
  }
  return list;
}

TEST(ManifestTest, ReadsTheDocumentedExample) {
  Parsed parsed = parse(R"(
id = "cppcheck"
name = "Cppcheck"
description = "Static analysis of C and C++."
category = "Static analysis"
status = "available"
command = ["cppcheck", "--quiet", "--enable={checks}", "{verbose}", "--error-exitcode=1", "."]
version = ["cppcheck", "--version"]
inputs = ["*.c", "*.cc", "*.cpp", "*.h"]
timeout = "90s"
stdin = false
[limits]
memory = "256MiB"
cpus = 1.5
cpu_time = "45s"
processes = 32
disk = "128MiB"
open_files = 128
output_lines = 500
output_bytes = "64KiB"
[environment]
LANG = "C.UTF-8"
[[parameters]]
name = "checks"
title = "Checks"
description = "Which groups of checks to run."
type = "enum"
values = ["warning", "style", "performance", "portability", "all"]
default = "warning"
[[parameters]]
name = "verbose"
title = "Verbose"
type = "boolean"
flag = "--verbose"
default = false
)");
  ASSERT_THAT(problems_of(parsed), IsEmpty());
  const Tool& tool = *parsed.tool;
  EXPECT_EQ(tool.id.str(), "cppcheck");
  EXPECT_EQ(tool.category, "Static analysis");
  EXPECT_EQ(tool.status, ToolStatus::kAvailable);
  EXPECT_EQ(tool.command.size(), 6u);
  EXPECT_THAT(tool.version_command, ElementsAre("cppcheck", "--version"));
  EXPECT_EQ(tool.inputs.size(), 4u);
  Limits limits;
  limits.wall_time = 90s;
  limits.cpu_time = 45s;
  limits.memory = 256_MiB;
  limits.cpus = 1.5;
  limits.processes = 32;
  limits.disk = 128_MiB;
  limits.open_files = 128;
  limits.output_lines = 500;
  limits.output_bytes = 64_KiB;
  EXPECT_EQ(tool.limits, limits);
  EXPECT_EQ(tool.environment.at("LANG"), "C.UTF-8");
  ASSERT_EQ(tool.parameters.size(), 2u);
  EXPECT_EQ(tool.parameters[0].default_value, ParameterValue(std::string("warning")));
  EXPECT_EQ(tool.parameters[1].flag, "--verbose");
  EXPECT_EQ(tool.parameters[1].default_value, ParameterValue(false));
}

TEST(ManifestTest, HasDefaults) {
  Parsed parsed = parse_with("");
  ASSERT_THAT(problems_of(parsed), IsEmpty());
  EXPECT_EQ(parsed.tool->limits, Limits());
  EXPECT_FALSE(parsed.tool->takes_stdin);
}

TEST(ManifestTest, TheDefaultCpuTimeIsWhatTheTimeoutAndCpusAllow) {
  EXPECT_EQ(parse_with("timeout = \"10s\"").tool->limits.cpu_time, 10s);
  EXPECT_EQ(parse_with("timeout = \"10s\"\n[limits]\ncpus = 2.5").tool->limits.cpu_time, 25s);
  EXPECT_EQ(parse_with("timeout = \"10s\"\n[limits]\ncpus = 0.5").tool->limits.cpu_time, 10s);
  EXPECT_EQ(parse_with("[limits]\ncpus = 2\ncpu_time = \"5s\"").tool->limits.cpu_time, 5s);
}

TEST(ManifestTest, ReadsWhatExitCodesMean) {
  EXPECT_TRUE(parse_with("").tool->exit_codes.empty());
  ExitCodes codes = parse_with("[exit_codes]\nfindings = [1, 2]\nnothing = [3]").tool->exit_codes;
  EXPECT_EQ(codes, (ExitCodes{{0, Verdict::kClean},
                              {1, Verdict::kFindings},
                              {2, Verdict::kFindings},
                              {3, Verdict::kNothingToDo}}));
  codes = parse_with("[exit_codes]\nclean = [9]\nfindings = [0]").tool->exit_codes;
  EXPECT_EQ(codes, (ExitCodes{{0, Verdict::kFindings}, {9, Verdict::kClean}}));
}

TEST(ManifestTest, RefusesInvalidAndRepeatedExitCodes) {
  EXPECT_THAT(problems_of(parse_with("[exit_codes]\nclean = [0]\nfindings = [256, \"1\"]\n"
                                     "nothing = [0]\nerror = [2]")),
              ElementsAre("8 exit_codes.findings[0]: must be an integer from 0 to 255",
                          "8 exit_codes.findings[1]: must be an integer from 0 to 255",
                          "9 exit_codes.nothing: declares the code 0 again",
                          HasSubstr("10 exit_codes.error: is not a manifest key")));
  EXPECT_THAT(problems_of(parse_with("[exit_codes]\nclean = 0")),
              ElementsAre("7 exit_codes.clean: must be an array of integers, not an integer"));
}

TEST(ManifestTest, NamesEveryProblemWithItsLineAndField) {
  Parsed parsed = parse(R"(id = "Bad Id"
name = 5
description = ""
command = "check ."
stdin = "no"
colour = "red"
[limits]
memory = "lots"
cpus = 0
processes = 1.5
memroy = "1GiB"
)");
  EXPECT_THAT(
      problems_of(parsed),
      ElementsAre(HasSubstr("1 id: must be lower-case"), "2 name: must be a string, not an integer",
                  "3 description: is empty", HasSubstr(" category: is missing"),
                  "4 command: must be an array of strings, not a string",
                  "5 stdin: must be true or false, not a string",
                  "9 limits.cpus: is 0; it must be between 0.01 and 1024",
                  "8 limits.memory: \"lots\" is not valid; write it like 512MiB",
                  "10 limits.processes: must be an integer, not a number",
                  "11 limits.memroy: is not a manifest key (did you mean \"memory\"?); remove "
                  "it",
                  "6 colour: is not a manifest key; remove it"));
}

TEST(ManifestTest, NamesTheLineOfASyntaxError) {
  Parsed parsed = parse("id = \"a\"\nname = \n");
  ASSERT_EQ(parsed.problems.size(), 1u);
  EXPECT_EQ(parsed.problems[0].line, 2);
  EXPECT_THAT(parsed.problems[0].message, HasSubstr("is not valid TOML"));
}

// toml++ alone aborts, or has undefined behaviour, for most of these.
TEST(ManifestTest, AcceptsCharactersBeyondAsciiOnlyInText) {
  Parsed parsed = parse(R"(id = "check"
name = "Prüfung ю"
description = """\
  §1 – für alle.
"""
category = 'Tests ⾀'
command = ["check"]
)");
  ASSERT_THAT(problems_of(parsed), IsEmpty());
  EXPECT_EQ(parsed.tool->name, "Prüfung ю");
  EXPECT_EQ(parsed.tool->description, "§1 – für alle.\n");
  for (const char* text :
       {"[$]", "[[$]]", "ю = 1", "[[aю]]", "a = 1 ю", "⾀ = 1", "[ﺀ]", "a = é", "\xcc\xaa"}) {
    EXPECT_THAT(parse(text).problems.at(0).message, HasSubstr("is not valid TOML")) << text;
  }
}

TEST(ManifestTest, RefusesBadParameters) {
  Parsed parsed = parse_with(R"([[parameters]]
name = "9lives"
type = "integer"
values = ["a"]
minimum = 5
maximum = 4
[[parameters]]
name = "project"
type = "list"
[[parameters]]
name = "e"
type = "enum"
[[parameters]]
name = "s"
type = "string"
pattern = "("
flag = "-s"
[[parameters]]
name = "s"
type = "string"
required = true
default = "x"
maximum = 3
)");
  EXPECT_THAT(
      problems_of(parsed),
      ElementsAre(HasSubstr("7 parameters[0].name: must be a letter"),
                  "9 parameters[0].values: is only for parameters of type enum; remove it",
                  "10 parameters[0].minimum: is larger than maximum",
                  HasSubstr("13 parameters[1].name: is reserved"),
                  HasSubstr("14 parameters[1].type: must be string, integer"),
                  "15 parameters[2].values: is missing",
                  HasSubstr("21 parameters[3].pattern: is not a valid RE2 regular expression"),
                  "22 parameters[3].flag: is only for parameters of type boolean; remove it",
                  HasSubstr("28 parameters[4].maximum: is only for parameters of type integer"),
                  HasSubstr("27 parameters[4].default: cannot be combined with required"),
                  "23 parameters[4].name: \"s\" appears twice"));
}

TEST(ManifestTest, ChecksADefaultLikeAValue) {
  auto problem = [](const std::string& lines) {
    Parsed parsed = parse_with("[[parameters]]\nname = \"p\"\n" + lines);
    EXPECT_EQ(parsed.problems.size(), 1u) << lines;
    return problems_of(parsed).at(0);
  };
  EXPECT_THAT(problem("type = \"integer\"\ndefault = \"3\""), HasSubstr("must be an integer"));
  EXPECT_THAT(problem("type = \"integer\"\nmaximum = 2\ndefault = 3"), HasSubstr("largest"));
  EXPECT_THAT(problem("type = \"enum\"\nvalues = [\"a\"]\ndefault = \"b\""), HasSubstr("one of a"));
  EXPECT_THAT(problem("type = \"string\"\npattern = \"a\"\ndefault = \"b\""), HasSubstr("pattern"));
  EXPECT_THAT(problem("type = \"string\"\ndefault = 1979-05-27"), HasSubstr("must be a string"));
}

std::vector<std::string> command_problems(const std::string& command) {
  return problems_of(parse(std::string(kHead) + "command = " + command + R"(
[[parameters]]
name = "file"
type = "string"
default = "-x"
)"));
}

TEST(ManifestTest, ComparesTheCommandWithTheParameters) {
  EXPECT_THAT(command_problems(R"(["check", "--file={file}"])"), IsEmpty());
  EXPECT_THAT(
      command_problems(R"(["check", "--file={flie}"])"),
      ElementsAre(HasSubstr("5 command: element 1 names \"flie\", which is not a parameter "
                            "(did you mean \"file\"?)"),
                  HasSubstr("never uses the parameter \"file\"; add {file} to the command")));
  EXPECT_THAT(command_problems(R"(["check", "./{file}", "a}"])"),
              ElementsAre(HasSubstr("element 2 has a } without its {")));
  EXPECT_THAT(command_problems(R"(["check", "{file}"])"),
              ElementsAre(HasSubstr("would be read as an option")));
  EXPECT_THAT(command_problems(R"(["{file}"])"), ElementsAre(HasSubstr("must be fixed")));
  EXPECT_THAT(command_problems(R"([""])"), ElementsAre(HasSubstr("empty program name")));
  EXPECT_THAT(command_problems("[]"), ElementsAre(HasSubstr("command: is empty")));
}

TEST(ManifestTest, AToolThatIsNotAvailableYetNeedsNoCommand) {
  Parsed parsed = parse(std::string(kHead) + "status = \"coming-soon\"\n");
  ASSERT_THAT(problems_of(parsed), IsEmpty());
  EXPECT_EQ(parsed.tool->status, ToolStatus::kComingSoon);
  EXPECT_THAT(parsed.tool->status_reason, HasSubstr("coming soon"));
  EXPECT_THAT(problems_of(parse(std::string(kHead) + "status = \"unavailable\"\n")),
              testing::Contains(HasSubstr("5 status: must be available")));
}

TEST(ManifestTest, RefusesInvalidNamesOfVariables) {
  for (const char* name : {"\"A=B\"", "\"\"", "\"1A\"", "\"A B\""}) {
    EXPECT_EQ(parse_with(fmt::format("[environment]\n{} = \"x\"", name)).problems.size(), 1u)
        << name;
  }
  EXPECT_EQ(parse_with("[environment]\nA = \"x\\u0000\"").problems.size(), 1u);
}

}  // namespace
}  // namespace glovebox
