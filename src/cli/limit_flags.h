// The flags that set the limits of `exec`.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/limits.h"

namespace glovebox {

// As given on the command line, by flag.
using LimitTexts = std::map<std::string_view, std::string>;

void add_limit_flags(CLI::App& command, LimitTexts& texts);
// kValidation names the flag. The CPU time follows the wall-clock limit unless it is given.
Result<Limits> parse_limits(const LimitTexts& texts);
// A duration of at least a millisecond; `flag` is named in the error.
Result<std::chrono::milliseconds> parse_time_limit(std::string_view flag, const std::string& text);

}  // namespace glovebox
