// ToolCatalog: the registry's tools, with their availability refreshed on request.
#pragma once

#include <functional>
#include <optional>

#include "base/clock.h"
#include "execution/tools.h"
#include "registry/tool_registry.h"

namespace glovebox {

class ToolCatalog final : public Tools {
 public:
  // `registry` and `clock` must outlive it. `on_refresh` is called after each refresh.
  ToolCatalog(ToolRegistry& registry, const Clock& clock, std::function<void()> on_refresh);

  const std::vector<Tool>& tools() override;
  Result<const Tool*> tool(const ToolId& id) override;
  void refresh();

 private:
  ToolRegistry& registry_;
  const Clock& clock_;
  std::function<void()> on_refresh_;
  std::optional<SteadyTime> refreshed_;
};

}  // namespace glovebox
