// Settings: everything that can be configured, and the table that defines it.
//
// A setting has a key in the TOML file ([limits] hourly_per_client), a variable
// (GLOVEBOX_HOURLY_PER_CLIENT) and a flag (--hourly-per-client). A flag overrides a variable, a
// variable overrides the file, the file overrides the default.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

struct Settings {
  // [server]
  std::string listen = "127.0.0.1:8080";  // HOST:PORT; port 0: the kernel chooses one
  std::string public_url;                 // empty: none
  std::vector<std::string> trusted_proxies;
  std::vector<std::string> allowed_hosts;
  std::chrono::milliseconds drain_timeout{30'000};
  std::string ready_check = "basic";  // or "deep"
  std::string docs_dir;               // empty: the installed one
  // [storage]
  std::string data_dir = "data";
  std::chrono::milliseconds project_ttl = std::chrono::hours(24);
  std::chrono::milliseconds job_ttl = std::chrono::hours(24);
  ByteCount storage_quota{10ULL << 30};  // 0: none
  // [tools]; empty: the installed ones
  std::vector<std::string> tools_dirs;
  std::vector<std::string> examples_dirs;
  std::string images_dir;
  std::string presets_dir;
  // [queue]
  std::int64_t concurrency = 0;  // 0: the number of CPUs available
  std::int64_t queue_capacity = 1000;
  // [limits]; 0 turns one of the first two off
  std::int64_t hourly_per_client = 20;
  std::int64_t concurrent_per_client = 5;
  std::int64_t streams_per_client = 100;
  std::int64_t cpus_per_job = 0;  // 0: the CPUs that this process may use
  ByteCount upload_bytes{100ULL << 20};
  ByteCount unpacked_bytes{500ULL << 20};
  ByteCount file_bytes{100ULL << 20};
  std::int64_t archive_entries = 50'000;
  std::int64_t archive_ratio = 100;
  // [outbound]: requests to other machines
  std::string dns_server;  // empty: those of /etc/resolv.conf
  std::string ca_file;     // empty: the system's certificate authorities alone
  // [webhooks]
  std::vector<std::string> allow_networks;
  std::string secret_file;  // empty: requests may name no webhook
  std::int64_t webhooks_per_client = 10;
  // [isolation]
  std::string require_tier;  // empty: any tier
  std::vector<std::string> require_layers;
  // [metrics]
  std::string metrics_listen;  // HOST:PORT; empty: no listener of its own
  // [auth]
  std::string keys_file;            // empty: clients are identified by address
  std::string trusted_user_header;  // empty: none
  std::string oidc_issuer;          // empty: no sign-in
  std::string oidc_client_id;
  std::string oidc_client_secret_file;  // empty: a public client
  std::chrono::milliseconds session_ttl = std::chrono::hours(12);
  // [log]
  std::string log_format = "text";  // or "json"
  std::string audit_file;           // empty: audit events go to the log
};

using SettingMember = std::variant<std::string Settings::*, std::vector<std::string> Settings::*,
                                   std::chrono::milliseconds Settings::*, std::int64_t Settings::*,
                                   ByteCount Settings::*>;

// The commands that have the flag.
enum class SettingScope {
  kServe,  // serve alone
  kLocal,  // also commands that use its section
};

struct SettingSpec {
  std::string_view section;
  std::string_view key;
  SettingMember member;
  SettingScope scope = SettingScope::kServe;
  std::string_view value_name;  // "SIZE", "DIR"
  std::string_view help;        // a sentence without the default
  std::int64_t minimum = 0;     // for numbers, sizes and durations in ms
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  std::string_view one_of = {};     // "a|b": the allowed values; empty: any
  std::string_view alias = {};      // another flag, without dashes
  std::string_view separator = {};  // separator of a list in a variable or flag; empty: ","
  std::string_view name = {};       // in the flag and the variable; empty: `key`
};

// In the order of the sections and of `--help`.
std::span<const SettingSpec> setting_specs();

// "--hourly-per-client", "GLOVEBOX_HOURLY_PER_CLIENT".
std::string setting_flag(const SettingSpec& spec);
std::string setting_variable(const SettingSpec& spec);
// The value as text; "" if it has no default.
std::string setting_text(const SettingSpec& spec, const Settings& settings);

// Checks and sets a value. Several texts are allowed only for a list, and replace it. kValidation
// says what is wrong and what is right; the caller adds the location.
Result<void> set_setting(Settings& settings, const SettingSpec& spec,
                         const std::vector<std::string>& texts);
// One text of a variable or flag. A list is split at its separator.
std::vector<std::string> split_setting(const SettingSpec& spec, std::string_view text);

}  // namespace glovebox
