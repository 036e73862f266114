// Settings from the TOML file and the environment.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/settings.h"

namespace glovebox {

// The limit on the size of a configuration file, in bytes.
inline constexpr std::size_t kMaxSettingsFileBytes = 1 << 20;

// Sets the settings in `text`. Errors start with "NAME:LINE: " and name section and key. The error
// for an unknown key or section suggests the nearest known one.
Result<void> read_settings(std::string_view text, const std::string& name, Settings& settings);
Result<void> read_settings_file(const std::string& path, Settings& settings);

// Returns the value of a variable, or null.
using Environment = std::function<const char*(const char*)>;
// Sets the settings from GLOVEBOX_… variables. An empty variable counts as unset.
Result<void> read_settings_environment(const Environment& environment, Settings& settings);

}  // namespace glovebox
