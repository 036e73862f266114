#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "cli/command_line.h"
#include "cli/settings_file.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;

PrintCommand printed_text(std::vector<std::string> arguments) {
  auto none = [](const char*) -> const char* { return nullptr; };
  return std::get<PrintCommand>(parse_command_line(std::move(arguments), none));
}

// Runs a shell script; its standard output.
std::string run_shell(const std::string& shell, const std::string& script) {
  // Tests run in parallel processes.
  std::string path = testing::TempDir() + "glovebox_completion_" + std::to_string(::getpid());
  std::ofstream(path) << script;
  FILE* pipe = ::popen((shell + " " + path + " 2>&1").c_str(), "r");
  std::string out(4096, '\0');
  out.resize(std::fread(out.data(), 1, out.size(), pipe));
  EXPECT_EQ(::pclose(pipe), 0) << out;
  std::remove(path.c_str());
  return out;
}

// What bash offers for the words, of which the last is the one being written.
std::string completed_by_bash(const std::string& words) {
  return run_shell("bash", printed_text({"completion", "bash"}).text + "COMP_WORDS=(" + words +
                               ")\n" +
                               "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                               "_glovebox\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
}

TEST(PrintCommandsTest, BashCompletesCommandsAndFlags) {
  EXPECT_EQ(completed_by_bash("glovebox do"), "doctor\n");
  EXPECT_THAT(completed_by_bash("glovebox key ''"), HasSubstr("create\n"));
  EXPECT_THAT(completed_by_bash("glovebox key create --ke"), HasSubstr("--keys-file\n"));
  EXPECT_EQ(completed_by_bash("glovebox run cppcheck . --art"), "--artifacts\n");
  EXPECT_THAT(completed_by_bash("glovebox run --"), Not(HasSubstr("--fail-on")));
}

TEST(PrintCommandsTest, BashCompletesFilesForTheValueOfAFlag) {
  EXPECT_EQ(completed_by_bash("glovebox serve --config /etc/host"),
            run_shell("bash", "compgen -f -- /etc/host\n"));
}

TEST(PrintCommandsTest, ACompletionNamesEveryCommand) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    PrintCommand script = printed_text({"completion", shell});
    EXPECT_EQ(script.exit_code, 0);
    for (const char* command : {"serve", "doctor", "create", "restore", "completion"}) {
      EXPECT_THAT(script.text, HasSubstr(command)) << shell;
    }
    EXPECT_THAT(script.text, Not(HasSubstr("glovebox man"))) << shell;
  }
}

TEST(PrintCommandsTest, AnUnknownShellIsAMistake) {
  PrintCommand mistake = printed_text({"completion", "tcsh"});
  EXPECT_TRUE(mistake.is_error);
  EXPECT_THAT(mistake.text, HasSubstr("bash, zsh and fish"));
}

TEST(PrintCommandsTest, AManPageHasTheOptionsOfItsCommand) {
  std::string page = printed_text({"man", "glovebox-key-create"}).text;
  EXPECT_THAT(page, HasSubstr(".TH \"glovebox-key-create\" 1"));
  EXPECT_THAT(page, HasSubstr("glovebox key create NAME [OPTIONS]"));
  EXPECT_THAT(page, HasSubstr("\\-\\-keys\\-file"));
  EXPECT_TRUE(printed_text({"man", "glovebox-made-up"}).is_error);
}

TEST(PrintCommandsTest, EveryCommandHasAManPageWithoutAStrayRequest) {
  std::istringstream names(printed_text({"man", "--list"}).text);
  int pages = 0;
  for (std::string name; std::getline(names, name); ++pages) {
    std::string page = printed_text({"man", name}).text;
    EXPECT_FALSE(std::regex_search(page, std::regex("\n\\.(?!TH|SH|SS|TP|nf|fi)"))) << page;
  }
  EXPECT_GE(pages, 12);
}

TEST(PrintCommandsTest, TheConfigurationFileNamesEverySettingAndChangesNone) {
  std::string text = printed_text({"config"}).text;
  for (const SettingSpec& spec : setting_specs()) {
    EXPECT_THAT(text, HasSubstr(std::string(spec.key) + " = ")) << spec.key;
  }
  std::string uncommented = std::regex_replace(text, std::regex("\n#([a-z_]+ = )"), "\n$1");
  Settings settings;
  Result<void> read = read_settings(uncommented, "config", settings);
  // Keys without a default are empty, which some settings refuse.
  ASSERT_TRUE(read.has_value()) << read.error().message();
  for (const SettingSpec& spec : setting_specs()) {
    EXPECT_EQ(setting_text(spec, settings), setting_text(spec, Settings())) << spec.key;
  }
}

}  // namespace
}  // namespace glovebox
