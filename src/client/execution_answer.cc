// Converts the server's JSON to the model.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "client/api_client.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr int kLastSignal = 64;

Error unexpected(std::string_view field) {
  return internal_error(fmt::format("the server's response has no valid {}", field));
}

std::string text_or_empty(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::int64_t number_or_zero(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code code;
  auto number = value->to_number<std::int64_t>(code);
  return code ? 0 : number;
}

std::optional<int> signal_number(const std::string& name) {
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    if (signal_name(signal) == name) return signal;
  }
  return std::nullopt;
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
      return ErrorKind::kValidation;
    case 401:
      return ErrorKind::kAuthentication;
    case 403:
      return ErrorKind::kForbidden;
    case 404:
      return ErrorKind::kNotFound;
    case 409:
      return ErrorKind::kConflict;
    case 413:
      return ErrorKind::kPayloadTooLarge;
    case 422:
      return ErrorKind::kUnprocessable;
    case 429:
      return ErrorKind::kRateLimit;
    case 503:
      return ErrorKind::kQueueFull;
    default:
      return status < 500 ? ErrorKind::kUser : ErrorKind::kInternal;
  }
}

void read_usage(const json::object& execution, Job& job) {
  const json::value* value = execution.if_contains("usage");
  const json::object* usage = value == nullptr ? nullptr : value->if_object();
  if (usage == nullptr) return;
  job.usage.user = std::chrono::milliseconds(number_or_zero(*usage, "userMs"));
  job.usage.system = std::chrono::milliseconds(number_or_zero(*usage, "systemMs"));
  job.usage.peak_memory =
      ByteCount(static_cast<std::uint64_t>(number_or_zero(*usage, "peakMemoryBytes")));
  job.usage.peak_processes = static_cast<int>(number_or_zero(*usage, "peakProcesses"));
}

void read_lists(const json::object& execution, Job& job) {
  const json::value* artifacts = execution.if_contains("artifacts");
  if (artifacts != nullptr && artifacts->is_array()) {
    for (const json::value& value : artifacts->get_array()) {
      const json::object* artifact = value.if_object();
      if (artifact == nullptr) continue;
      job.artifacts.push_back(
          {text_or_empty(*artifact, "path"), number_or_zero(*artifact, "sizeBytes")});
    }
  }
  const json::value* isolation = execution.if_contains("isolation");
  if (isolation != nullptr && isolation->is_array()) {
    for (const json::value& layer : isolation->get_array()) {
      if (layer.is_string()) job.isolation.emplace_back(layer.get_string());
    }
  }
}

}  // namespace

Result<Job> job_from_json(const json::object& execution) {
  Job job;
  job.id = JobId(text_or_empty(execution, "jobId"));
  auto status = parse_job_status(text_or_empty(execution, "status"));
  if (!status) return unexpected("status");
  job.status = *status;
  job.tool_id = ToolId(text_or_empty(execution, "toolId"));
  job.reason = text_or_empty(execution, "reason");
  job.message = text_or_empty(execution, "message");
  const json::value* code = execution.if_contains("exitCode");
  if (code != nullptr && code->is_int64()) job.exit_code = static_cast<int>(code->get_int64());
  if (std::string name = text_or_empty(execution, "signal"); !name.empty()) {
    job.signal = signal_number(name);
    if (!job.signal) return unexpected("signal");
  }
  job.verdict = parse_verdict(text_or_empty(execution, "verdict"));
  if (const json::value* counts = execution.if_contains("findings"); counts && !counts->is_null()) {
    GB_TRY(job.findings, finding_counts_from_json(*counts));
  }
  const json::value* truncated = execution.if_contains("outputTruncated");
  job.output.truncated = truncated != nullptr && truncated->is_bool() && truncated->get_bool();
  job.output.lines = number_or_zero(execution, "outputLines");
  job.output.bytes = number_or_zero(execution, "outputBytes");
  // An older server does not send it.
  job.attempt = std::max(1, static_cast<int>(number_or_zero(execution, "attempt")));
  // Summaries use durations only. The server's clock may differ from ours.
  job.started_at = WallTime();
  job.finished_at = WallTime(std::chrono::milliseconds(number_or_zero(execution, "durationMs")));
  read_usage(execution, job);
  read_lists(execution, job);
  return job;
}

Error error_from_answer(const HttpAnswer& answer) {
  boost::system::error_code code;
  json::value value = json::parse(answer.body, code);
  const json::object* body = code ? nullptr : value.if_object();
  const json::value* inner = body == nullptr ? nullptr : body->if_contains("error");
  const json::object* error = inner == nullptr ? nullptr : inner->if_object();
  std::string message = error == nullptr ? "" : text_or_empty(*error, "message");
  if (message.empty()) message = fmt::format("the server responded with status {}", answer.status);
  Error result(kind_of(answer.status), std::move(message));
  const json::value* details = error == nullptr ? nullptr : error->if_contains("details");
  if (details != nullptr && details->is_object()) {
    for (const auto& [key, detail] : details->get_object()) {
      static_cast<void>(std::move(result).with({key.data(), key.size()}, detail));
    }
  }
  return result;
}

}  // namespace glovebox
