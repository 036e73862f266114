// The words that tools use for severities.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/finding.h"

namespace glovebox {

// Looks in the manifest's `map`, then in the common words, without case. Nothing if the word is in
// neither.
std::optional<FindingSeverity> find_severity(std::string_view word,
                                             const std::map<std::string, FindingSeverity>& map);

}  // namespace glovebox
