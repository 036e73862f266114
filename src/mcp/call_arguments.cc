#include "mcp/call_arguments.h"

#include <fmt/format.h>

#include <utility>

#include "base/json_fields.h"
#include "base/near_miss.h"
#include "mcp/tool_list.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLongestMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kLongestWaitMs = 30'000;
constexpr std::int64_t kMostFindings = 200;

std::optional<json::value> take_value(json::object& object, std::string_view name) {
  json::value* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  json::value taken = std::move(*value);
  object.erase(name);
  return taken;
}

enum class NeedsProject : bool { kNo, kYes };

Result<ProjectArguments> take_project(json::object& arguments, NeedsProject needs) {
  ProjectArguments project;
  project.files = take_value(arguments, "files");
  std::optional<json::value> id = take_value(arguments, "projectId");
  if (id && (!id->is_string() || id->get_string().empty())) {
    return validation_error("\"projectId\" must be a string that is not empty.")
        .with("field", "projectId");
  }
  if (id) project.project_id = std::string(id->get_string());
  if (id && project.files) {
    return validation_error("Give either \"projectId\" or \"files\", not both.")
        .with("field", "projectId");
  }
  if (!id && !project.files && needs == NeedsProject::kYes) {
    return validation_error(
               "Say what to work on: \"projectId\", or \"files\" with a list of {path, text}.")
        .with("field", "projectId");
  }
  return project;
}

Result<std::int64_t> integer_between(std::optional<std::int64_t> given, std::string_view name,
                                     std::int64_t least, std::int64_t most,
                                     std::int64_t otherwise) {
  if (!given) return otherwise;
  if (*given >= least && *given <= most) return *given;
  return validation_error(fmt::format("\"{}\" must be between {} and {}.", name, least, most))
      .with("field", name)
      .with("observed", *given);
}

Result<void> take_stdin(const Tool& tool, json::object& arguments, ExecuteRequest& request) {
  std::optional<json::value> text = take_value(arguments, "stdin");
  if (!text) return ok();
  if (!text->is_string()) {
    return validation_error("\"stdin\" must be a string.").with("field", "stdin");
  }
  if (!tool.takes_stdin) {
    return validation_error(fmt::format("{} reads no input: leave \"stdin\" out.", tool.id.str()))
        .with("field", "stdin");
  }
  request.stdin_text = std::string(text->get_string());
  return ok();
}

Result<void> take_timeout(json::object& arguments, ExecuteRequest& request) {
  std::optional<json::value> timeout = take_value(arguments, "timeoutMs");
  if (!timeout) return ok();
  if (!timeout->is_int64()) {
    return validation_error("\"timeoutMs\" must be an integer.").with("field", "timeoutMs");
  }
  GB_TRY(std::int64_t ms,
         integer_between(timeout->get_int64(), "timeoutMs", 1, kLongestMs, kLongestMs));
  request.timeout = std::chrono::milliseconds(ms);
  return ok();
}

// A parameter whose argument has another name gets its own back.
json::object parameters_from(const Tool& tool, json::object arguments) {
  for (const Parameter& parameter : tool.parameters) {
    std::string name = argument_name(parameter.name);
    if (name == parameter.name) continue;
    if (auto value = take_value(arguments, name)) arguments[parameter.name] = std::move(*value);
  }
  return arguments;
}

}  // namespace

Result<RunArguments> parse_run_arguments(const Tool& tool, json::object arguments) {
  RunArguments run;
  NeedsProject needs = tool.inputs.empty() ? NeedsProject::kNo : NeedsProject::kYes;
  GB_TRY(run.project, take_project(arguments, needs));
  GB_TRY_VOID(take_stdin(tool, arguments, run.request));
  GB_TRY_VOID(take_timeout(arguments, run.request));
  run.request.tool_id = tool.id;
  run.request.parameters = parameters_from(tool, std::move(arguments));
  return run;
}

Result<CheckupArguments> parse_checkup_arguments(json::object arguments) {
  CheckupArguments checkup;
  GB_TRY(checkup.project, take_project(arguments, NeedsProject::kYes));
  JsonFields fields(std::move(arguments));
  GB_TRY(auto tools, fields.optional_strings("tools"));
  GB_TRY(json::object parameters, fields.optional_object("parameters"));
  GB_TRY_VOID(fields.refuse_unknown());
  if (tools) {
    checkup.request.tools.emplace();
    for (std::string& id : *tools) checkup.request.tools->emplace_back(std::move(id));
  }
  for (auto& [tool, values] : parameters) {
    if (!values.is_object()) {
      return validation_error("\"parameters\" has an object for each tool id.")
          .with("field", "parameters");
    }
    checkup.request.parameters[ToolId(std::string(tool))] = std::move(values.get_object());
  }
  return checkup;
}

Result<StartArguments> parse_start_arguments(json::object arguments) {
  StartArguments start;
  std::optional<json::value> parameters = take_value(arguments, "parameters");
  std::optional<json::value> tool = take_value(arguments, "tool");
  if (!tool || !tool->is_string() || tool->get_string().empty()) {
    return validation_error("\"tool\" must be the id of a tool, or \"check_project\".")
        .with("field", "tool");
  }
  start.tool = std::string(tool->get_string());
  for (const auto& [name, value] : arguments) {
    if (name == "projectId" || name == "files" || name == "stdin" || name == "timeoutMs") continue;
    return validation_error(in_quotes(name) +
                            " is no argument of start_run; put what the tool takes into "
                            "\"parameters\".")
        .with("field", std::string_view(name));
  }
  start.arguments = std::move(arguments);
  if (!parameters) return start;
  if (!parameters->is_object()) {
    return validation_error("\"parameters\" must be an object.").with("field", "parameters");
  }
  if (start.tool == kCheckProject) {
    start.arguments["parameters"] = std::move(*parameters);
    return start;
  }
  for (auto& [name, value] : parameters->get_object()) {
    start.arguments[argument_name(name)] = std::move(value);
  }
  return start;
}

Result<ReadRunArguments> parse_read_run_arguments(json::object arguments) {
  JsonFields fields(std::move(arguments));
  ReadRunArguments read;
  GB_TRY(read.id, fields.required_string("runId"));
  GB_TRY(auto wait, fields.optional_integer("waitMs"));
  GB_TRY_VOID(fields.refuse_unknown());
  GB_TRY(std::int64_t ms, integer_between(wait, "waitMs", 0, kLongestWaitMs, 0));
  read.wait = std::chrono::milliseconds(ms);
  return read;
}

Result<ReadFindingsArguments> parse_read_findings_arguments(json::object arguments) {
  JsonFields fields(std::move(arguments));
  ReadFindingsArguments read;
  GB_TRY(read.id, fields.required_string("runId"));
  GB_TRY(auto severity, fields.optional_string("severity"));
  GB_TRY(auto rule, fields.optional_string("rule"));
  GB_TRY(auto path, fields.optional_string("path"));
  GB_TRY(auto against, fields.optional_string("against"));
  GB_TRY(auto cursor, fields.optional_string("cursor"));
  GB_TRY(auto limit, fields.optional_integer("limit"));
  GB_TRY_VOID(fields.refuse_unknown());
  if (severity) {
    read.query.filter.severity = find_finding_severity(*severity);
    if (!read.query.filter.severity) {
      return validation_error("\"severity\" must be one of error, warning, note.")
          .with("field", "severity");
    }
  }
  read.query.filter.rule = rule.value_or("");
  read.query.filter.path = path.value_or("");
  read.query.cursor = cursor.value_or("");
  if (against) read.query.against = JobId(std::move(*against));
  GB_TRY(read.query.limit, integer_between(limit, "limit", 1, kMostFindings, 100));
  return read;
}

Result<std::string> parse_examples_arguments(json::object arguments) {
  JsonFields fields(std::move(arguments));
  GB_TRY(auto tool, fields.optional_string("tool"));
  GB_TRY_VOID(fields.refuse_unknown());
  return tool.value_or("");
}

}  // namespace glovebox
