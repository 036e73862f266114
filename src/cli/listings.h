// The human-readable output of `tools` and `doctor`.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "model/isolation.h"
#include "model/project.h"
#include "model/tool.h"

namespace glovebox {

// The tools that are applicable to a project of `files` files: "cppcheck  3 of 212 files".
std::string suits_text(const std::vector<Tool>& tools, const std::vector<ToolSuit>& suits,
                       std::int64_t files, const Terminal& terminal);

std::string tools_text(const std::vector<Tool>& tools, const Terminal& terminal);
std::string doctor_text(const IsolationReport& report, const Terminal& terminal);

}  // namespace glovebox
