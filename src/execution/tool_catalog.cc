#include "execution/tool_catalog.h"

#include <chrono>
#include <utility>

namespace glovebox {

ToolCatalog::ToolCatalog(ToolRegistry& registry, const Clock& clock,
                         std::function<void()> on_refresh)
    : registry_(registry), clock_(clock), on_refresh_(std::move(on_refresh)) {}

void ToolCatalog::refresh() {
  static constexpr std::chrono::seconds kOften{5};
  SteadyTime now = clock_.steady_now();
  if (refreshed_ && now - *refreshed_ < kOften) return;
  refreshed_ = now;
  registry_.refresh_availability();
  on_refresh_();
}

const std::vector<Tool>& ToolCatalog::tools() {
  refresh();
  return registry_.tools();
}

Result<const Tool*> ToolCatalog::tool(const ToolId& id) {
  refresh();
  return registry_.get(id);
}

}  // namespace glovebox
