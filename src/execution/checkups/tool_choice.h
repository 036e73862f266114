// Which tools a check-up runs, and with which parameters.
#pragma once

#include <vector>

#include "base/result.h"
#include "execution/checkups.h"
#include "model/project.h"
#include "model/tool.h"

namespace glovebox {

// One request for each tool, each with its own lifetime; where the request names none, those with
// the lowest memory limit first. kValidation names the field; kConflict
// where no tool suits. Tools that the request names are not checked any further.
Result<std::vector<ExecuteRequest>> choose_tools(const std::vector<Tool>& tools,
                                                 const std::vector<ToolSuit>& suits,
                                                 const CheckupRequest& request);

}  // namespace glovebox
