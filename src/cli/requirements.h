// What configuration demands of the sandbox, against what the host gives.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/isolation.h"

namespace glovebox {

// kUser names the tier or the layers that are missing, why, and the remedy. `require_tier` is
// "landlock", "namespaces" or empty.
Result<void> check_requirements(const IsolationReport& report, const std::string& require_tier,
                                const std::vector<std::string>& require_layers);

}  // namespace glovebox
