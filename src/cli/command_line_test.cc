#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace glovebox {
namespace {

using Strings = std::vector<std::string>;

Command parse(Strings arguments, const std::map<std::string, std::string>& variables = {}) {
  return parse_command_line(std::move(arguments), [&](const char* name) -> const char* {
    auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

PrintCommand printed(Strings arguments) {
  return std::get<PrintCommand>(parse(std::move(arguments)));
}

TEST(CommandLineTest, AFlagOverridesAVariableAndAVariableTheFile) {
  std::string path = testing::TempDir() + "glovebox_weights.toml";
  std::ofstream(path) << "[limits]\nhourly_per_client = 1\nconcurrent_per_client = 1\n"
                         "archive_entries = 1\n";
  Command command =
      parse({"serve", "--config", path, "--hourly-per-client", "3"},
            {{"GLOVEBOX_HOURLY_PER_CLIENT", "2"}, {"GLOVEBOX_CONCURRENT_PER_CLIENT", "2"}});
  const Settings& settings = std::get<ServeCommand>(command).settings;
  EXPECT_EQ(settings.hourly_per_client, 3);
  EXPECT_EQ(settings.concurrent_per_client, 2);
  EXPECT_EQ(settings.archive_entries, 1);
  EXPECT_EQ(settings.queue_capacity, 1000);
  std::remove(path.c_str());
}

TEST(CommandLineTest, RunTakesParametersAndRepeatedFolders) {
  RunCommand run = std::get<RunCommand>(
      parse({"run", "cppcheck", "dir", "--param", "checks=all", "--param", "x=[1,2]", "--tools-dir",
             "a", "--tools-dir", "b", "--timeout", "1.5s", "--json"}));
  EXPECT_EQ(run.tool, "cppcheck");
  EXPECT_EQ(run.path, "dir");
  EXPECT_EQ(run.parameters, (Strings{"checks=all", "x=[1,2]"}));
  EXPECT_EQ(run.settings.tools_dirs, (Strings{"a", "b"}));
  EXPECT_EQ(run.timeout->count(), 1500);
  EXPECT_TRUE(run.json);
}

TEST(CommandLineTest, OnlyWhatFollowsTheDashesIsTheCommand) {
  ExecCommand exec =
      std::get<ExecCommand>(parse({"exec", "--memory", "1GiB", "--", "ls", "--help", "--", "-x"}));
  EXPECT_EQ(exec.argv, (Strings{"ls", "--help", "--", "-x"}));
  EXPECT_EQ(exec.limits.memory.bytes(), 1ULL << 30);
}

TEST(CommandLineTest, TheCpuTimeFollowsTheTimeLimitUnlessGiven) {
  auto limits = [](Strings flags) {
    flags.insert(flags.begin(), "exec");
    flags.insert(flags.end(), {"--", "id"});
    return std::get<ExecCommand>(parse(std::move(flags))).limits;
  };
  EXPECT_EQ(limits({"--timeout", "10s", "--cpus", "2"}).cpu_time.count(), 20'000);
  EXPECT_EQ(limits({"--timeout", "10s", "--cpu-time", "1s"}).cpu_time.count(), 1000);
}

TEST(CommandLineTest, MistakesOfRunAndExecDifferFromTheToolsCodes) {
  EXPECT_EQ(printed({"run"}).exit_code, 125);
  EXPECT_EQ(printed({"run", "cppcheck", ".", "--nonsense"}).exit_code, 125);
  EXPECT_EQ(printed({"exec", "--memory", "lots", "--", "id"}).exit_code, 125);
  EXPECT_EQ(printed({"exec"}).exit_code, 125);
  EXPECT_EQ(printed({"serve", "--listen"}).exit_code, 2);
  EXPECT_EQ(printed({}).exit_code, 2);
  EXPECT_TRUE(printed({"run"}).is_error);
}

TEST(CommandLineTest, AMistypedCommandSuggestsTheRightOne) {
  EXPECT_EQ(printed({"srve"}).text,
            "glovebox: no command named \"srve\" (did you mean \"serve\"?)\n"
            "Try 'glovebox --help'.\n");
}

TEST(CommandLineTest, AMistypedFlagSuggestsTheRightOne) {
  EXPECT_EQ(printed({"serve", "--listn", "x"}).text,
            "glovebox: no flag named \"--listn\" (did you mean \"--listen\"?)\n"
            "Try 'glovebox serve --help'.\n");
  EXPECT_EQ(printed({"doctor", "me"}).text,
            "glovebox: unexpected argument \"me\"\nTry 'glovebox doctor --help'.\n");
}

TEST(CommandLineTest, AKeyIsCreatedWithItsOwnLimits) {
  KeyCommand key =
      std::get<KeyCommand>(parse({"key", "create", "ci", "--keys-file", "k", "--hourly", "0",
                                  "--concurrent", "7", "--expires", "90d"}));
  EXPECT_EQ(key.action, KeyAction::kCreate);
  EXPECT_EQ(key.name, "ci");
  EXPECT_EQ(key.settings.keys_file, "k");
  EXPECT_EQ(key.hourly, 0);
  EXPECT_EQ(key.concurrent, 7);
  EXPECT_EQ(key.expires_after, std::chrono::hours(90 * 24));
  KeyCommand plain =
      std::get<KeyCommand>(parse({"key", "create", "ci"}, {{"GLOVEBOX_KEYS_FILE", "v"}}));
  EXPECT_EQ(plain.settings.keys_file, "v");
  EXPECT_FALSE(plain.hourly || plain.concurrent || plain.expires_after);
  KeyCommand list = std::get<KeyCommand>(parse({"key", "list", "--json", "--keys-file", "k"}));
  EXPECT_EQ(list.action, KeyAction::kList);
  EXPECT_TRUE(list.json);
  KeyCommand remove = std::get<KeyCommand>(parse({"key", "remove", "ci", "--keys-file", "k"}));
  EXPECT_EQ(remove.action, KeyAction::kRemove);
}

TEST(CommandLineTest, MistakesBelowKeyAreReportedLikeOthers) {
  EXPECT_EQ(printed({"key"}).exit_code, 2);
  EXPECT_NE(printed({"key"}).text.find("glovebox key create"), std::string::npos);
  EXPECT_EQ(printed({"key", "creat", "ci"}).text,
            "glovebox: no command named \"key creat\" (did you mean \"key create\"?)\n"
            "Try 'glovebox key --help'.\n");
  EXPECT_EQ(printed({"key", "create", "ci", "--expire", "1d"}).text,
            "glovebox: no flag named \"--expire\" (did you mean \"--expires\"?)\n"
            "Try 'glovebox key create --help'.\n");
  EXPECT_EQ(printed({"key", "create", "ci", "--hourly", "-1", "--keys-file", "k"}).exit_code, 2);
  EXPECT_EQ(printed({"key", "create", "ci", "--expires", "2y", "--keys-file", "k"}).exit_code, 2);
  EXPECT_NE(printed({"key", "list"}).text.find("--keys-file FILE"), std::string::npos);
}

TEST(CommandLineTest, AKeyForAServerComesFromAFileOrTheEnvironmentButNotFromAFlag) {
  Strings remote{"run", "t", ".", "--server", "http://127.0.0.1:1"};
  RunCommand run = std::get<RunCommand>(parse(remote, {{"GLOVEBOX_API_KEY", "gbx_a"}}));
  EXPECT_EQ(run.api_key, "gbx_a");
  remote.insert(remote.end(), {"--key-file", "my.key"});
  EXPECT_EQ(std::get<RunCommand>(parse(remote)).key_file, "my.key");
  EXPECT_EQ(printed({"run", "t", ".", "--key-file", "my.key"}).exit_code, 125);
}

TEST(CommandLineTest, ABadValueNamesItsFlag) {
  EXPECT_EQ(printed({"serve", "--queue-capacity", "many"}).text.substr(0, 34),
            "glovebox: --queue-capacity: \"many\"");
  EXPECT_EQ(printed({"exec", "--processes", "0", "--", "id"}).text.substr(0, 25),
            "glovebox: --processes: \"0");
}

TEST(CommandLineTest, HelpAndVersionGoToStandardOutput) {
  for (Strings arguments : {Strings{"--help"}, Strings{"serve", "--help"}, Strings{"run", "-h"},
                            Strings{"exec", "--help"}, Strings{"--version"}}) {
    PrintCommand print = printed(arguments);
    EXPECT_FALSE(print.is_error) << arguments.front();
    EXPECT_EQ(print.exit_code, 0);
  }
  EXPECT_NE(printed({"serve", "--help"}).text.find("--hourly-per-client"), std::string::npos);
  EXPECT_NE(printed({"serve", "--help"}).text.find("--storage-quota"), std::string::npos);
  EXPECT_NE(printed({"key", "--help"}).text.find("glovebox key create"), std::string::npos);
  EXPECT_NE(printed({"key", "create", "--help"}).text.find("--expires"), std::string::npos);
  EXPECT_EQ(printed({"exec", "--help"}).text.find("--hourly-per-client"), std::string::npos);
}

}  // namespace
}  // namespace glovebox
