// Tools: which tools exist and whether they can run now. Threads: the event loop.
#pragma once

#include <vector>

#include "base/result.h"
#include "model/ids.h"
#include "model/tool.h"

namespace glovebox {

class Tools {
 public:
  virtual ~Tools() = default;

  // Availability is refreshed at most every 5 s. Valid until the next call.
  virtual const std::vector<Tool>& tools() = 0;
  virtual Result<const Tool*> tool(const ToolId& id) = 0;  // kNotFound
};

}  // namespace glovebox
