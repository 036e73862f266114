#include "execution/checkups/tool_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace glovebox {
namespace {

bool lacks_parameter(const Tool& tool, const CheckupRequest& request) {
  auto given = request.parameters.find(tool.id);
  return std::any_of(
      tool.parameters.begin(), tool.parameters.end(), [&](const Parameter& parameter) {
        bool is_given = given != request.parameters.end() && given->second.contains(parameter.name);
        return parameter.required && !parameter.default_value && !is_given;
      });
}

// A person sees the first results sooner if the quick tools run first. A tool's memory limit is
// what is known of its weight before it runs, and it is the same on each machine and in each
// check-up.
std::vector<ToolId> lightest_first(std::vector<ToolId> chosen, const std::vector<Tool>& tools) {
  std::map<ToolId, std::uint64_t> memory;
  for (const Tool& tool : tools) memory[tool.id] = tool.limits.memory.bytes();
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](const ToolId& a, const ToolId& b) { return memory.at(a) < memory.at(b); });
  return chosen;
}

Result<std::vector<ToolId>> suiting_tools(const std::vector<Tool>& tools,
                                          const std::vector<ToolSuit>& suits,
                                          const CheckupRequest& request) {
  std::vector<ToolId> chosen;
  for (const Tool& tool : tools) {
    bool suited = std::any_of(suits.begin(), suits.end(),
                              [&](const ToolSuit& suit) { return suit.tool_id == tool.id; });
    bool takes_part = tool.in_checkup && tool.status == ToolStatus::kAvailable;
    if (suited && takes_part && !lacks_parameter(tool, request)) chosen.push_back(tool.id);
  }
  if (!chosen.empty()) return lightest_first(std::move(chosen), tools);
  return Error(ErrorKind::kConflict,
               "no available tool that takes part in check-ups suits this project; name tools in "
               "\"toolIds\"")
      .with("field", "toolIds");
}

Result<void> check_named(const std::vector<ToolId>& named) {
  if (named.empty() || named.size() > kMaxToolsOfCheckup) {
    return validation_error(fmt::format("\"toolIds\" has {} tools; it takes 1 to {}. Leave it out "
                                        "to run every tool that suits the project",
                                        named.size(), kMaxToolsOfCheckup))
        .with("field", "toolIds")
        .with("observed", named.size());
  }
  std::set<ToolId> seen;
  for (const ToolId& id : named) {
    if (seen.insert(id).second) continue;
    return validation_error(fmt::format("\"toolIds\" names \"{}\" more than once", id.str()))
        .with("field", "toolIds");
  }
  return ok();
}

}  // namespace

Result<std::vector<ExecuteRequest>> choose_tools(const std::vector<Tool>& tools,
                                                 const std::vector<ToolSuit>& suits,
                                                 const CheckupRequest& request) {
  std::vector<ToolId> chosen;
  if (request.tools) {
    GB_TRY_VOID(check_named(*request.tools));
    chosen = *request.tools;
  } else {
    GB_TRY(chosen, suiting_tools(tools, suits, request));
    if (chosen.size() > kMaxToolsOfCheckup) chosen.resize(kMaxToolsOfCheckup);
  }
  for (const auto& [tool, parameters] : request.parameters) {
    if (std::find(chosen.begin(), chosen.end(), tool) != chosen.end()) continue;
    return validation_error(fmt::format("\"parameters\" has values for \"{}\", which is not one of "
                                        "the tools of this check-up",
                                        tool.str()))
        .with("field", "parameters." + tool.str());
  }
  std::vector<ExecuteRequest> requests;
  for (ToolId& id : chosen) {
    ExecuteRequest one;
    auto given = request.parameters.find(id);
    if (given != request.parameters.end()) one.parameters = given->second;
    one.tool_id = std::move(id);
    one.project_id = request.project_id;
    one.timeout = request.timeout;
    one.lifetime = Lifetime::kItsOwn;
    requests.push_back(std::move(one));
  }
  return requests;
}

}  // namespace glovebox
