// The human-readable output of `tools` and `doctor`.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "model/isolation.h"
#include "model/tool.h"

namespace glovebox {

std::string tools_text(const std::vector<Tool>& tools, const Terminal& terminal);
std::string doctor_text(const IsolationReport& report, const Terminal& terminal);

}  // namespace glovebox
