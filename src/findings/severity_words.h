// The words that tools have for severities.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/finding.h"

namespace glovebox {

// From `map` as the manifest has it, then from the words that are common, whatever their case.
// Nothing where the word is known to neither.
std::optional<FindingSeverity> find_severity(std::string_view word,
                                             const std::map<std::string, FindingSeverity>& map);

}  // namespace glovebox
