#include "registry/program_files.h"

#include <gmock/gmock.h>

#include <fstream>

#include "registry/manifest.h"
#include "registry/tool_registry.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

class ProgramFilesTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << text;
  }
  std::string message_of(std::string_view element) {
    Result<std::string> text = with_program_files(element, folder_.path());
    return text.has_error() ? text.error().message() : "no error: " + *text;
  }
  TempFolder folder_;
};

TEST_F(ProgramFilesTest, StandInTheElementWithTheirBracesAsTheyAre) {
  write("programs/a.py", "x = {1}\n");
  write("b.py", "print('{}')");
  EXPECT_EQ(with_program_files("{file:programs/a.py}{file:b.py}#{name}", folder_.path()).value(),
            "x = {{1}}\nprint('{{}}')#{name}");
  EXPECT_EQ(with_program_files("{name} {{file}}", folder_.path()).value(), "{name} {{file}}");
}

TEST_F(ProgramFilesTest, AreOnlyThoseBesideTheManifest) {
  write("a.py", "");
  for (const char* name : {"../a.py", "/etc/passwd", "x/../a.py", ".a.py", "", "x//a.py", "x/",
                           "a b.py", "{", "a.py\n"}) {
    EXPECT_THAT(message_of("{file:" + std::string(name) + "}"),
                testing::AnyOf(HasSubstr("not a plain path"), HasSubstr("cannot be read")))
        << name;
  }
  EXPECT_THAT(message_of("{file:missing.py}"), HasSubstr("missing.py"));
}

TEST_F(ProgramFilesTest, AreBounded) {
  write("large", std::string(kMaxProgramBytes, 'x'));
  EXPECT_EQ(with_program_files("{file:large}", folder_.path())->size(), kMaxProgramBytes);
  EXPECT_THAT(message_of("{file:large}{file:large}"), HasSubstr("larger than 120 KiB"));
  write("nul", std::string("a\0b", 3));
  EXPECT_THAT(message_of("{file:nul}"), HasSubstr("NUL"));
}

TEST_F(ProgramFilesTest, AToolRunsThemAsAnArgument) {
  write("run.sh", "echo {$1}");
  write(
      "tool.toml",
      "id = \"t\"\nname = \"T\"\ndescription = \"d\"\ncategory = \"c\"\n"
      "command = [\"sh\", \"-c\", \"{file:run.sh}\", \"sh\", \"{cpus}\"]\n[limits]\ncpus = 2.5\n");
  std::vector<ManifestProblem> problems;
  std::optional<Tool> tool = load_manifest(folder_.path() / "tool.toml", problems);
  ASSERT_TRUE(tool) << problems.at(0).message;
  EXPECT_EQ(make_invocation(*tool, {}, "").value().argv,
            (std::vector<std::string>{"sh", "-c", "echo {$1}", "sh", "2"}));
  write("tool.toml",
        "id = \"t\"\nname = \"T\"\ndescription = \"d\"\ncategory = \"c\"\n"
        "command = [\"sh\", \"-c\", \"{file:gone.sh}\"]\n");
  EXPECT_FALSE(load_manifest(folder_.path() / "tool.toml", problems));
  EXPECT_EQ(problems.at(0).line, 5);
  EXPECT_EQ(problems.at(0).field, "command[2]");
}

TEST_F(ProgramFilesTest, AJobHasNoMoreCpusThanTheServerAllows) {
  write("tool.toml",
        "id = \"t\"\nname = \"T\"\ndescription = \"d\"\ncategory = \"c\"\n"
        "command = [\"echo\", \"{cpus}\"]\n[limits]\ncpus = 8\n");
  std::vector<ManifestProblem> problems;
  ToolRegistry registry = ToolRegistry::load({{folder_.path()}, {}}, problems);
  auto cpus = [&] { return make_invocation(registry.tools().at(0), {}, "").value().argv.at(1); };
  EXPECT_EQ(cpus(), "8");
  registry.limit_cpus(2.9);
  EXPECT_EQ(cpus(), "2");
  EXPECT_EQ(registry.tools().at(0).limits.cpus, 2.9);
  registry.limit_cpus(0.5);
  EXPECT_EQ(cpus(), "1");
}

}  // namespace
}  // namespace glovebox
