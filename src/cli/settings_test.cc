#include "cli/settings.h"

#include <gtest/gtest.h>

#include <map>

#include "cli/listen_address.h"
#include "cli/settings_file.h"

namespace glovebox {
namespace {

std::string error_of(const Result<void>& result) {
  return result.has_error() ? result.error().message() : "";
}

std::string file_error(std::string_view text) {
  Settings settings;
  return error_of(read_settings(text, "glovebox.toml", settings));
}

TEST(SettingsTest, EveryKeyOfTheTableHasItsOwnFlagAndVariable) {
  std::map<std::string, int> seen;
  for (const SettingSpec& spec : setting_specs()) {
    EXPECT_EQ(++seen[setting_flag(spec)], 1) << spec.key;
    EXPECT_EQ(++seen[setting_variable(spec)], 1) << spec.key;
  }
  EXPECT_TRUE(seen.contains("--hourly-per-client"));
  EXPECT_TRUE(seen.contains("GLOVEBOX_HOURLY_PER_CLIENT"));
}

TEST(SettingsTest, ReadsEverySectionOfTheFile) {
  Settings settings;
  ASSERT_EQ(error_of(read_settings(R"(
[server]
listen = "0.0.0.0:80"
trusted_proxies = ["10.0.0.0/8", "::1"]
drain_timeout = "1500ms"
[tools]
tools_dirs = "tools"
[limits]
hourly_per_client = 0
upload_bytes = "200MiB"
file_bytes = 4096
[isolation]
require_tier = "namespaces"
require_layers = ["seccomp", "landlock"]
)",
                                   "f", settings)),
            "");
  EXPECT_EQ(settings.listen, "0.0.0.0:80");
  EXPECT_EQ(settings.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(settings.drain_timeout.count(), 1500);
  EXPECT_EQ(settings.tools_dirs, std::vector<std::string>{"tools"});
  EXPECT_EQ(settings.hourly_per_client, 0);
  EXPECT_EQ(settings.upload_bytes.bytes(), 200u << 20);
  EXPECT_EQ(settings.file_bytes.bytes(), 4096u);
  EXPECT_EQ(settings.require_layers.size(), 2u);
}

TEST(SettingsTest, AnUnknownKeyNamesFileLineKeyAndTheNearestOne) {
  EXPECT_EQ(file_error("[limits]\nupload_byte = 1\n"),
            "glovebox.toml:2: [limits] has no key \"upload_byte\" (did you mean "
            "\"upload_bytes\"?)");
  EXPECT_EQ(file_error("\n[limit]\n").substr(0, 65),
            "glovebox.toml:2: unknown section [limit] (did you mean \"limits\"?)");
}

TEST(SettingsTest, AWrongValueIsReportedWithItsLocationAndTheRightForm) {
  EXPECT_EQ(file_error("[queue]\n\nqueue_capacity = 0\n"),
            "glovebox.toml:3: [queue] queue_capacity: \"0\" is not a whole number from 1 to "
            "1000000");
  EXPECT_EQ(file_error("[isolation]\nrequire_tier = \"namespace\""),
            "glovebox.toml:2: [isolation] require_tier: \"namespace\" is not one of landlock, "
            "namespaces (did you mean \"namespaces\"?)");
  EXPECT_EQ(file_error("[server]\nlisten = [\"a\", \"b\"]"),
            "glovebox.toml:2: [server] listen: takes exactly one value");
  EXPECT_EQ(file_error("[server]\nlisten = true"),
            "glovebox.toml:2: [server] listen: must be a string or a whole number");
  EXPECT_EQ(file_error("[storage]\njob_ttl = \"1ms\""),
            "glovebox.toml:2: [storage] job_ttl: \"1ms\" is too small");
}

TEST(SettingsTest, BrokenTomlNamesItsLine) {
  EXPECT_EQ(file_error("[server]\nlisten =\n").substr(0, 16), "glovebox.toml:2:");
}

TEST(SettingsTest, VariablesAreReadAndNamedInErrors) {
  std::map<std::string, const char*> variables{{"GLOVEBOX_HOURLY_PER_CLIENT", "7"},
                                               {"GLOVEBOX_TOOLS_DIRS", "/a:/b"},
                                               {"GLOVEBOX_QUEUE_CAPACITY", ""}};
  auto environment = [&](const char* name) {
    auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  };
  Settings settings;
  ASSERT_EQ(error_of(read_settings_environment(environment, settings)), "");
  EXPECT_EQ(settings.hourly_per_client, 7);
  EXPECT_EQ(settings.tools_dirs, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(settings.queue_capacity, 1000);
  variables["GLOVEBOX_DRAIN_TIMEOUT"] = "soon";
  EXPECT_EQ(error_of(read_settings_environment(environment, settings)).substr(0, 30),
            "GLOVEBOX_DRAIN_TIMEOUT: \"soon\"");
}

TEST(SettingsTest, OneKeyInTwoSectionsHasTwoFlags) {
  Settings settings;
  ASSERT_EQ(error_of(read_settings("[server]\nlisten = \"a:1\"\n[metrics]\nlisten = \"b:2\"\n", "f",
                                   settings)),
            "");
  EXPECT_EQ(settings.listen, "a:1");
  EXPECT_EQ(settings.metrics_listen, "b:2");
  Environment environment = [](const char* name) -> const char* {
    return name == std::string_view("GLOVEBOX_METRICS_LISTEN") ? "c:3" : nullptr;
  };
  ASSERT_EQ(error_of(read_settings_environment(environment, settings)), "");
  EXPECT_EQ(settings.listen, "a:1");
  EXPECT_EQ(settings.metrics_listen, "c:3");
}

TEST(SettingsTest, AListIsBounded) {
  Settings settings;
  for (const SettingSpec& spec : setting_specs()) {
    if (spec.key != "allowed_hosts") continue;
    EXPECT_FALSE(set_setting(settings, spec, std::vector<std::string>(256, "h")).has_error());
    EXPECT_TRUE(set_setting(settings, spec, std::vector<std::string>(257, "h")).has_error());
  }
  EXPECT_EQ(settings.allowed_hosts.size(), 256u);
}

TEST(ListenAddressTest, AcceptsNamesAndBothKindsOfAddress) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8080").value().port, 8080);
  EXPECT_EQ(parse_listen_address("[::1]:0").value().host, "::1");
  EXPECT_EQ(parse_listen_address("localhost:65535").value().host, "localhost");
  for (const char* bad : {"", "8080", ":8080", "::1:80", "a:", "a:65536", "a:+1", "a:8x", "[]:1"}) {
    EXPECT_TRUE(parse_listen_address(bad).has_error()) << bad;
  }
}

}  // namespace
}  // namespace glovebox
