#include "model/json.h"

#include <algorithm>

#include "model/finding.h"

namespace glovebox {
namespace {

namespace json = boost::json;

json::array strings(const std::vector<std::string>& values) {
  return json::array(values.begin(), values.end());
}

json::value value_of(const ParameterValue& value) {
  return std::visit([](const auto& v) { return json::value(v); }, value);
}

json::object to_json(const Limits& limits) {
  return {{"memoryBytes", limits.memory.bytes()}, {"cpus", limits.cpus},
          {"processes", limits.processes},        {"diskBytes", limits.disk.bytes()},
          {"outputLines", limits.output_lines},   {"outputBytes", limits.output_bytes.bytes()}};
}

json::object to_json(const Usage& usage) {
  return {{"cpuMs", usage.cpu().count()},
          {"userMs", usage.user.count()},
          {"systemMs", usage.system.count()},
          {"peakMemoryBytes", usage.peak_memory.bytes()},
          {"peakProcesses", usage.peak_processes}};
}

json::value time_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(format_rfc3339(*time)) : json::value(nullptr);
}

std::int64_t elapsed_ms(WallTime from, WallTime to) {
  return std::max<std::int64_t>(0, (to - from).count());
}

// Without a digest where the image is not there.
json::value tool_image_json(const Tool& tool) {
  if (tool.image.empty()) return nullptr;
  json::object image{{"name", tool.image}, {"ref", nullptr}, {"digest", nullptr}};
  if (tool.image_root) {
    image["ref"] = tool.image_root->id.ref;
    image["digest"] = tool.image_root->id.digest;
  }
  return image;
}

}  // namespace

json::object to_json(const ImageRef& image) {
  return {{"ref", image.ref}, {"digest", image.digest}};
}

json::object to_json(const Parameter& parameter) {
  json::object object{{"name", parameter.name},
                      {"title", parameter.title},
                      {"description", parameter.description},
                      {"type", parameter_type_name(parameter.type)},
                      {"default", parameter.default_value ? value_of(*parameter.default_value)
                                                          : json::value(nullptr)},
                      {"required", parameter.required}};
  if (!parameter.values.empty()) object["values"] = strings(parameter.values);
  if (parameter.minimum) object["minimum"] = *parameter.minimum;
  if (parameter.maximum) object["maximum"] = *parameter.maximum;
  if (!parameter.pattern.empty()) object["pattern"] = parameter.pattern;
  return object;
}

json::object to_json(const ExampleInfo& example) {
  return {{"name", example.name},
          {"title", example.title},
          {"description", example.description},
          {"fileCount", example.file_count}};
}

json::object to_json(const Tool& tool) {
  json::array parameters;
  for (const Parameter& parameter : tool.parameters) parameters.push_back(to_json(parameter));
  json::array examples;
  for (const ExampleInfo& example : tool.examples) examples.push_back(to_json(example));
  json::object object{{"id", tool.id.str()},
                      {"name", tool.name},
                      {"description", tool.description},
                      {"category", tool.category},
                      {"status", tool_status_name(tool.status)}};
  if (tool.status != ToolStatus::kAvailable) object["statusReason"] = tool.status_reason;
  object["version"] = tool.version;
  object["image"] = tool_image_json(tool);
  object["inputs"] = strings(tool.inputs);
  object["stdin"] = tool.takes_stdin;
  object["checkup"] = tool.in_checkup;
  if (tool.findings) {
    boost::json::object findings;
    if (!tool.findings->url.empty()) findings["url"] = tool.findings->url;
    object["findings"] = std::move(findings);
  }
  object["timeoutMs"] = tool.limits.wall_time.count();
  object["limits"] = to_json(tool.limits);
  object["parameters"] = std::move(parameters);
  object["examples"] = std::move(examples);
  return object;
}

json::object to_json(const Project& project) {
  json::array suits;
  for (const ToolSuit& suit : project.suits) {
    suits.push_back(json::object{{"toolId", suit.tool_id.str()}, {"files", suit.files}});
  }
  return {{"projectId", project.id.str()},
          {"name", project.name},
          {"root", project.notes.root},
          {"fileCount", project.file_count},
          {"totalBytes", project.total_bytes},
          {"sha256", project.sha256},
          {"createdAt", format_rfc3339(project.created_at)},
          {"expiresAt", format_rfc3339(project.expires_at)},
          {"suits", std::move(suits)},
          {"warnings", to_json(project.notes.warnings)},
          {"warningCount", project.notes.warning_count}};
}

json::array to_json(const std::vector<ProjectFile>& files) {
  json::array array;
  array.reserve(files.size());
  for (const ProjectFile& file : files) {
    array.push_back(json::object{{"path", file.path}, {"sizeBytes", file.size_bytes}});
  }
  return array;
}

json::array to_json(const std::vector<ProjectLink>& links) {
  json::array array;
  array.reserve(links.size());
  for (const ProjectLink& link : links) {
    array.push_back(json::object{{"path", link.path}, {"target", link.target}});
  }
  return array;
}

json::array to_json(const std::vector<ProjectWarning>& warnings) {
  json::array array;
  array.reserve(warnings.size());
  for (const ProjectWarning& warning : warnings) {
    array.push_back(json::object{{"path", warning.path}, {"message", warning.message}});
  }
  return array;
}

json::object to_json(const Job& job, WallTime now) {
  json::array artifacts;
  for (const Artifact& artifact : job.artifacts) {
    artifacts.push_back(json::object{{"path", artifact.path}, {"sizeBytes", artifact.size_bytes}});
  }
  WallTime end = job.finished_at.value_or(job.seen_at.value_or(now));
  WallTime start = job.started_at.value_or(end);
  json::object execution{
      {"jobId", job.id.str()},
      {"toolId", job.tool_id.str()},
      {"projectId", job.project_id.str()},
      {"status", job_status_name(job.status)},
      {"exitCode", job.exit_code ? json::value(*job.exit_code) : json::value(nullptr)},
      {"signal", job.signal ? json::value(signal_name(*job.signal)) : json::value(nullptr)},
      {"verdict", job.verdict ? json::value(verdict_name(*job.verdict)) : json::value(nullptr)},
      {"findings", job.findings ? json::value(to_json(*job.findings)) : json::value(nullptr)},
      {"reason", job.reason.empty() ? json::value(nullptr) : json::value(job.reason)},
      {"message", job.message.empty() ? json::value(nullptr) : json::value(job.message)},
      {"outputTruncated", job.output.truncated},
      {"outputLines", job.output.lines},
      {"outputBytes", job.output.bytes},
      {"createdAt", format_rfc3339(job.created_at)},
      {"startedAt", time_or_null(job.started_at)},
      {"finishedAt", time_or_null(job.finished_at)},
      {"queuedMs", elapsed_ms(job.created_at, start)},
      {"durationMs", elapsed_ms(start, end)},
      {"usage", to_json(job.usage)},
      {"artifacts", std::move(artifacts)},
      {"isolation", strings(job.isolation)},
      {"attempt", job.attempt},
      {"image", job.image ? json::value(to_json(*job.image)) : json::value(nullptr)}};
  add_inputs(execution, job.inputs);
  return execution;
}

json::object to_json(const IsolationReport& report) {
  json::array missing;
  for (const MissingLayer& layer : report.missing) {
    missing.push_back(
        json::object{{"layer", layer.layer}, {"why", layer.why}, {"remedy", layer.remedy}});
  }
  return {{"tier", tier_name(report.tier)},
          {"layers", strings(report.layers)},
          {"missing", std::move(missing)}};
}

json::object to_json(const Error& error) {
  json::object body{{"type", error_type(error.kind())}, {"message", error.message()}};
  if (!error.details().empty()) body["details"] = error.details();
  return {{"error", std::move(body)}};
}

}  // namespace glovebox
