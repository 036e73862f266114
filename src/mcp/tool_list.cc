#include "mcp/tool_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "mcp/output_schemas.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";

constexpr std::string_view kProjectText =
    "Id of a project: of an upload, of an earlier result, or \"example:TOOL/NAME\" from "
    "list_examples.";

json::object text_schema(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

json::object project_schema(const McpToolTexts& texts) {
  std::string text(kProjectText);
  if (!texts.projects.empty()) text += " " + texts.projects;
  return text_schema(text + " Give either this or \"files\".");
}

json::object files_schema() {
  json::object path = text_schema("Relative, with '/' between folders, such as src/main.c.");
  path["minLength"] = 1;
  json::object text = text_schema("The whole content.");
  json::object file{{"type", "object"}, {"additionalProperties", false}};
  file["properties"] = json::object{{"path", std::move(path)}, {"text", std::move(text)}};
  file["required"] = json::array{"path", "text"};
  return {{"type", "array"},
          {"description",
           "The files of a small project, at most 1 MiB in all. The result has the projectId of "
           "what they make, for further calls."},
          {"minItems", 1},
          {"maxItems", 1000},
          {"items", std::move(file)}};
}

json::object run_id_schema() {
  return text_schema("\"runId\" or \"checkupId\" of an earlier result.");
}

json::object integer_schema(std::string_view description, std::int64_t least, std::int64_t most) {
  return {{"type", "integer"}, {"description", description}, {"minimum", least}, {"maximum", most}};
}

json::object object_schema(json::object properties, json::array required) {
  json::object schema{{"$schema", kDialect}, {"type", "object"}};
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

// RE2's patterns that every validator understands in the same way.
bool is_common_pattern(std::string_view pattern) {
  for (std::string_view special : {"(?", "\\p", "\\P", "\\A", "\\z", "\\Q", "\\C", "\\x{", "[[:"}) {
    if (pattern.find(special) != std::string_view::npos) return false;
  }
  return !pattern.empty();
}

json::value bound_of(ParameterType type, double bound) {
  if (type == ParameterType::kInteger) return static_cast<std::int64_t>(std::llround(bound));
  return bound;
}

json::object parameter_schema(const Parameter& parameter) {
  json::object schema;
  bool is_enum = parameter.type == ParameterType::kEnum;
  schema["type"] = is_enum ? "string" : parameter_type_name(parameter.type);
  schema["title"] = parameter.title;
  schema["description"] = parameter.description;
  if (is_enum) schema["enum"] = json::array(parameter.values.begin(), parameter.values.end());
  if (parameter.minimum) schema["minimum"] = bound_of(parameter.type, *parameter.minimum);
  if (parameter.maximum) schema["maximum"] = bound_of(parameter.type, *parameter.maximum);
  if (is_common_pattern(parameter.pattern)) schema["pattern"] = "^(?:" + parameter.pattern + ")$";
  if (parameter.default_value) {
    schema["default"] =
        std::visit([](const auto& value) { return json::value(value); }, *parameter.default_value);
  }
  return schema;
}

json::object input_schema(const Tool& tool, const McpToolTexts& texts) {
  json::object properties;
  properties["projectId"] = project_schema(texts);
  properties["files"] = files_schema();
  json::array required;
  for (const Parameter& parameter : tool.parameters) {
    std::string name = argument_name(parameter.name);
    if (parameter.required) required.push_back(json::value(name));
    properties[name] = parameter_schema(parameter);
  }
  if (tool.takes_stdin) properties["stdin"] = text_schema("What the tool reads as its input.");
  properties["timeoutMs"] =
      integer_schema(fmt::format("Time limit of the run, if lower than the tool's own {} ms.",
                                 tool.limits.wall_time.count()),
                     1, 24LL * 60 * 60 * 1000);
  return object_schema(std::move(properties), std::move(required));
}

// Runs change nothing outside: a tool works on a copy, without a network.
json::object annotations(std::string_view title) {
  return {{"title", title}, {"readOnlyHint", true}, {"openWorldHint", false}};
}

std::string description_of(const Tool& tool) {
  std::string text = tool.description;
  if (!tool.inputs.empty()) text += fmt::format("\nWorks on: {}.", fmt::join(tool.inputs, ", "));
  return text + "\nRuns isolated, without a network, on a copy of the project.";
}

json::object registered_tool(const Tool& tool, const McpToolTexts& texts) {
  json::object made{{"name", tool.id.str()}, {"title", tool.name}};
  made["description"] = description_of(tool);
  made["inputSchema"] = input_schema(tool, texts);
  made["outputSchema"] = run_output_schema();
  made["annotations"] = annotations(tool.name);
  return made;
}

json::object own_tool(std::string_view name, std::string_view title, std::string_view description,
                      json::object input, json::object output) {
  json::object made{{"name", name}, {"title", title}, {"description", description}};
  made["inputSchema"] = std::move(input);
  made["outputSchema"] = std::move(output);
  made["annotations"] = annotations(title);
  return made;
}

json::object check_project_tool(const McpToolTexts& texts) {
  json::object properties;
  properties["projectId"] = project_schema(texts);
  properties["files"] = files_schema();
  properties["tools"] =
      json::object{{"type", "array"},
                   {"description", "Ids of the tools to run. Without it: all that suit."},
                   {"items", json::object{{"type", "string"}}}};
  properties["parameters"] =
      json::object{{"type", "object"},
                   {"description", "Parameters by tool id: {\"cppcheck\": {\"checks\": \"all\"}}."},
                   {"additionalProperties", json::object{{"type", "object"}}}};
  return own_tool(kCheckProject, "Check a project",
                  "Runs every tool that suits a project, and returns what all of them found.",
                  object_schema(std::move(properties), {}), checkup_output_schema());
}

json::object start_run_tool(const McpToolTexts& texts) {
  json::object properties;
  json::object parameters{{"type", "object"}, {"description", "The tool's parameters by name."}};
  properties["tool"] = text_schema("Id of the tool, or \"check_project\" for all that suit.");
  properties["projectId"] = project_schema(texts);
  properties["files"] = files_schema();
  properties["parameters"] = std::move(parameters);
  properties["stdin"] = text_schema("What the tool reads as its input, if it reads any.");
  properties["timeoutMs"] =
      integer_schema("Time limit, if lower than the tool's own.", 1, 24LL * 60 * 60 * 1000);
  return own_tool(kStartRun, "Start a run",
                  "Starts a long run and returns its runId at once. The run goes on without the "
                  "caller; read_run tells how far it is and what it found.",
                  object_schema(std::move(properties), {"tool"}), started_output_schema());
}

json::object read_run_tool() {
  json::object properties;
  properties["runId"] = run_id_schema();
  properties["waitMs"] =
      integer_schema("Wait so long for the end before telling how far the run is.", 0, 30'000);
  return own_tool(kReadRun, "Read a run",
                  "Tells the state of a run or of a check-up, and once it has ended what it found.",
                  object_schema(std::move(properties), {"runId"}), read_run_output_schema());
}

json::object read_findings_tool() {
  json::object severity = text_schema("Only those of this severity.");
  severity["enum"] = json::array{"error", "warning", "note"};
  json::object properties;
  properties["runId"] = run_id_schema();
  properties["severity"] = std::move(severity);
  properties["rule"] = text_schema("Only those of this rule.");
  properties["path"] = text_schema("Only those in this file, or below this folder.");
  properties["against"] =
      text_schema("runId of an earlier run of the same tool: tells which are new or fixed.");
  properties["cursor"] = text_schema("\"nextCursor\" of the page before.");
  properties["limit"] = integer_schema("How many at most; 100 without it.", 1, 200);
  return own_tool(kReadFindings, "Read findings",
                  "Lists the findings of a run or of a check-up, a page at a time.",
                  object_schema(std::move(properties), {"runId"}), findings_output_schema());
}

json::object list_examples_tool() {
  json::object properties;
  properties["tool"] = text_schema("Only the examples of this tool.");
  return own_tool(kListExamples, "List examples",
                  "Lists the example projects of the tools. Each has a projectId that every tool "
                  "takes.",
                  object_schema(std::move(properties), {}), examples_output_schema());
}

}  // namespace

std::string argument_name(std::string_view parameter) {
  bool taken = parameter == "projectId" || parameter == "files" || parameter == "stdin" ||
               parameter == "timeoutMs";
  return (taken ? "param_" : "") + std::string(parameter);
}

json::array mcp_tools(const std::vector<Tool>& registered, const McpToolTexts& texts) {
  json::array tools{check_project_tool(texts), start_run_tool(texts), read_run_tool(),
                    read_findings_tool(), list_examples_tool()};
  for (const Tool& tool : registered) {
    if (tool.status == ToolStatus::kAvailable) tools.push_back(registered_tool(tool, texts));
  }
  return tools;
}

const Tool* find_mcp_tool(Tools& tools, std::string_view name) {
  std::string id(name);
  std::replace(id.begin(), id.end(), '_', '-');
  for (const Tool& tool : tools.tools()) {
    if (tool.id.str() == id) return &tool;
  }
  return nullptr;
}

}  // namespace glovebox
