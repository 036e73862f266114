// The flags that set the limits of `exec`.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/limits.h"

namespace glovebox {

// The texts from the command line, by flag.
using LimitTexts = std::map<std::string_view, std::string>;

void add_limit_flags(CLI::App& command, LimitTexts& texts);
// kValidation names the flag. The default of the CPU time limit is the wall-clock limit.
Result<Limits> parse_limits(const LimitTexts& texts);
// A duration of at least one millisecond. The error names `flag`.
Result<std::chrono::milliseconds> parse_time_limit(std::string_view flag, const std::string& text);

}  // namespace glovebox
