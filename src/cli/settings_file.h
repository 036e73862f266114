// The TOML file and the environment as sources of settings.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/settings.h"

namespace glovebox {

// Bytes of a configuration file that are read; more is an error.
inline constexpr std::size_t kMaxSettingsFileBytes = 1 << 20;

// Sets what `text` holds. Errors start with "NAME:LINE: " and name section and key; an unknown key
// or section names the nearest known one.
Result<void> read_settings(std::string_view text, const std::string& name, Settings& settings);
Result<void> read_settings_file(const std::string& path, Settings& settings);

// The value of a variable, or null.
using Environment = std::function<const char*(const char*)>;
// Sets what the GLOVEBOX_… variables hold; an empty variable counts as unset.
Result<void> read_settings_environment(const Environment& environment, Settings& settings);

}  // namespace glovebox
