// The tools of tools/list: one for each available registered tool, and our own.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "execution/tools.h"
#include "model/tool.h"

namespace glovebox {

// Our own. A registered tool cannot have such a name: its id has no '_'.
inline constexpr std::string_view kCheckProject = "check_project";
inline constexpr std::string_view kStartRun = "start_run";
inline constexpr std::string_view kReadRun = "read_run";
inline constexpr std::string_view kReadFindings = "read_findings";
inline constexpr std::string_view kListExamples = "list_examples";

// What may be said about projects beside the usual, such as folders of this machine; may be empty.
struct McpToolTexts {
  std::string projects;
};

// Always in the same order: our own, then the registered ones in the order of Tools::tools().
boost::json::array mcp_tools(const std::vector<Tool>& registered, const McpToolTexts& texts);

// The name that a parameter has among a tool's arguments: its own, or "param_NAME" where the name
// is one of "projectId", "files", "stdin" and "timeoutMs".
std::string argument_name(std::string_view parameter);

// The registered tool with that id. '_' stands for '-' too, since models write names both ways.
// Null where there is none.
const Tool* find_mcp_tool(Tools& tools, std::string_view name);

}  // namespace glovebox
