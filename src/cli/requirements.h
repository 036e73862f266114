// Compares the configured isolation requirements with the isolation of this host.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/isolation.h"

namespace glovebox {

// kUser names the missing tier or layers, the cause and the remedy. `require_tier` is "landlock",
// "namespaces" or empty.
Result<void> check_requirements(const IsolationReport& report, const std::string& require_tier,
                                const std::vector<std::string>& require_layers);

}  // namespace glovebox
