#include "mcp/output_schemas.h"

#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kFinding = R"({
  "type": "object",
  "description": "A place that the tool complains of. Lines and columns count from 1.",
  "properties": {
    "path": {"type": ["string", "null"]},
    "line": {"type": ["integer", "null"]},
    "column": {"type": ["integer", "null"]},
    "severity": {"enum": ["error", "warning", "note"]},
    "rule": {"type": ["string", "null"]},
    "message": {"type": "string"}
  },
  "required": ["path", "line", "severity", "rule", "message"]
})";

constexpr std::string_view kCounts = R"({
  "type": ["object", "null"],
  "description": "How many findings there are; null: this tool's output is not read for findings.",
  "properties": {
    "total": {"type": "integer"}, "error": {"type": "integer"},
    "warning": {"type": "integer"}, "note": {"type": "integer"},
    "truncated": {"type": "boolean"}
  }
})";

constexpr std::string_view kVerdict = R"({
  "enum": ["clean", "findings", "nothing-to-do", "error", null],
  "description": "What the run says about the project; null: not ended, or the tool has no verdict."
})";

constexpr std::string_view kRunStatus = R"({
  "enum": ["queued", "running", "completed", "failed", "timeout", "cancelled"]
})";

constexpr std::string_view kArtifacts = R"({
  "type": "array",
  "description": "Files that the tool made or changed; resources/read returns them.",
  "items": {
    "type": "object",
    "properties": {
      "path": {"type": "string"}, "sizeBytes": {"type": "integer"}, "uri": {"type": "string"}
    },
    "required": ["path", "sizeBytes", "uri"]
  }
})";

json::value parsed(std::string_view text) {
  return json::parse(text);
}

json::object array_of(std::string_view item, std::string_view description) {
  return {{"type", "array"}, {"description", description}, {"items", parsed(item)}};
}

json::object typed(json::value type, std::string_view description) {
  json::object schema{{"type", std::move(type)}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

json::value or_null(std::string_view type) {
  return json::array{type, "null"};
}

json::object schema_of(json::object properties, json::array required) {
  json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"type", "object"}};
  schema["properties"] = std::move(properties);
  schema["required"] = std::move(required);
  return schema;
}

json::object run_properties() {
  json::object properties;
  properties["runId"] = typed("string", "For read_run and read_findings.");
  properties["toolId"] = typed("string", "");
  properties["projectId"] = typed("string", "The project that was used, for further calls.");
  properties["status"] = parsed(kRunStatus);
  properties["verdict"] = parsed(kVerdict);
  properties["reason"] = typed(or_null("string"), "Why it failed, such as \"memory\".");
  properties["message"] = typed(or_null("string"), "How it ended, in one sentence.");
  properties["exitCode"] = typed(or_null("integer"), "");
  properties["signal"] = typed(or_null("string"), "");
  properties["findingCounts"] = parsed(kCounts);
  properties["findings"] = array_of(kFinding, "At most 200, in the order of the output.");
  properties["findingsOmitted"] =
      typed("integer", "How many more there are; read_findings lists them.");
  properties["outputTail"] =
      json::object{{"type", "array"},
                   {"description", "Last lines of the output, where they say more than findings."},
                   {"items", json::object{{"type", "string"}}}};
  properties["usage"] = typed("object", "Time and memory that the run took.");
  properties["queuedMs"] = typed("integer", "");
  properties["durationMs"] = typed("integer", "");
  properties["artifacts"] = parsed(kArtifacts);
  properties["report"] = typed(or_null("string"), "URI of the SARIF report, for resources/read.");
  return properties;
}

json::object checkup_properties() {
  json::object run{{"type", "object"}};
  json::object of_run;
  for (const char* name : {"runId", "toolId"}) of_run[name] = typed("string", "");
  of_run["status"] = parsed(kRunStatus);
  of_run["verdict"] = parsed(kVerdict);
  of_run["message"] = typed(or_null("string"), "");
  of_run["findingCounts"] = parsed(kCounts);
  run["properties"] = std::move(of_run);
  json::object properties;
  properties["checkupId"] = typed("string", "For read_run and read_findings.");
  properties["projectId"] = typed("string", "The project that was used, for further calls.");
  properties["status"] = parsed(R"({"enum": ["running", "completed", "cancelled"]})");
  properties["verdict"] = parsed(kVerdict);
  properties["findingCounts"] = parsed(kCounts);
  properties["findings"] = array_of(kFinding, "At most 200; each has the toolId.");
  properties["findingsOmitted"] =
      typed("integer", "How many more there are; read_findings lists them.");
  properties["runs"] = json::object{{"type", "array"}, {"items", std::move(run)}};
  properties["report"] = typed(or_null("string"), "URI of the SARIF report, for resources/read.");
  return properties;
}

}  // namespace

const json::object& run_output_schema() {
  static const json::object kSchema = schema_of(
      run_properties(),
      {"runId", "toolId", "projectId", "status", "verdict", "findings", "usage", "artifacts"});
  return kSchema;
}

json::object checkup_output_schema() {
  return schema_of(checkup_properties(),
                   {"checkupId", "projectId", "status", "verdict", "findings", "runs"});
}

json::object started_output_schema() {
  json::object properties;
  properties["runId"] = typed("string", "For read_run and read_findings.");
  properties["projectId"] = typed("string", "The project that was used, for further calls.");
  properties["status"] = parsed(R"({"enum": ["queued", "running"]})");
  properties["position"] = typed("integer", "Place in the queue; 0: it runs.");
  return schema_of(std::move(properties), {"runId", "projectId", "status", "position"});
}

json::object read_run_output_schema() {
  json::object properties = checkup_properties();
  for (auto& [name, schema] : run_properties()) properties[name] = schema;
  properties["status"] = parsed(kRunStatus);
  properties["position"] = typed("integer", "Place in the queue; 0: it runs.");
  return schema_of(std::move(properties), {"projectId", "status", "verdict", "findings"});
}

json::object findings_output_schema() {
  json::object properties;
  properties["findings"] = array_of(kFinding, "");
  properties["nextCursor"] = typed(or_null("string"), "For the next page; null: this is the last.");
  return schema_of(std::move(properties), {"findings", "nextCursor"});
}

json::object examples_output_schema() {
  json::value example = parsed(R"({
    "type": "object",
    "properties": {
      "projectId": {"type": "string"}, "toolId": {"type": "string"}, "name": {"type": "string"},
      "title": {"type": "string"}, "description": {"type": "string"},
      "fileCount": {"type": "integer"}
    },
    "required": ["projectId", "toolId", "name"]
  })");
  json::object properties;
  properties["examples"] = json::object{{"type", "array"}, {"items", std::move(example)}};
  return schema_of(std::move(properties), {"examples"});
}

}  // namespace glovebox
