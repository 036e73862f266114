#include "cli/requirements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/near_miss.h"

namespace glovebox {
namespace {

Error missing_layer(const IsolationReport& report, const std::string& name) {
  for (const MissingLayer& layer : report.missing) {
    if (layer.layer != name) continue;
    return Error(ErrorKind::kUser,
                 fmt::format("the layer {} is required but not available on this machine: {}; {}",
                             name, layer.why, layer.remedy));
  }
  return Error(
      ErrorKind::kUser,
      fmt::format("the layer {} is required but not on{}; layers that are on: {}", in_quotes(name),
                  did_you_mean(name, report.layers), fmt::join(report.layers, ", ")));
}

// "cgroup" stands for all cgroup layers.
std::vector<std::string> layers_meant(const std::string& name) {
  if (name == "cgroup") return {"cgroup-memory", "cgroup-pids", "cgroup-cpu"};
  return {name};
}

}  // namespace

Result<void> check_requirements(const IsolationReport& report, const std::string& require_tier,
                                const std::vector<std::string>& require_layers) {
  Tier wanted = require_tier == "namespaces" ? Tier::kNamespaces
                : require_tier == "landlock" ? Tier::kLandlock
                                             : Tier::kNone;
  if (report.tier < wanted) {
    std::string why;
    for (const MissingLayer& layer : report.missing) {
      why += fmt::format("; {}: {}; {}", layer.layer, layer.why, layer.remedy);
    }
    return Error(ErrorKind::kUser,
                 fmt::format("the tier {} is required, but this machine provides {}{}",
                             require_tier, tier_name(report.tier), why));
  }
  for (const std::string& required : require_layers) {
    for (const std::string& name : layers_meant(required)) {
      bool on = std::find(report.layers.begin(), report.layers.end(), name) != report.layers.end();
      if (!on) return missing_layer(report, name);
    }
  }
  return ok();
}

}  // namespace glovebox
