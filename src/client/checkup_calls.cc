// The calls for check-ups and their findings.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "client/api_client.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr int kFindingsAtOnce = 1000;

Error no_valid(std::string_view field) {
  return internal_error(fmt::format("the server's response has no valid {}", field));
}

Result<std::string> text_field(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return no_valid(key);
  return std::string(value->get_string());
}

Result<json::array> list_field(json::object object, std::string_view key) {
  json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_array()) return no_valid(key);
  return std::move(value->get_array());
}

std::string checkup_target(const CheckupId& id) {
  return "/api/checkups/" + percent_encoded(id.str());
}

}  // namespace

Result<Checkup> checkup_from_json(const json::object& object) {
  Checkup checkup;
  GB_TRY(std::string id, text_field(object, "checkupId"));
  GB_TRY(std::string project, text_field(object, "projectId"));
  checkup.id = CheckupId(std::move(id));
  checkup.project_id = ProjectId(std::move(project));
  GB_TRY(json::array jobs, list_field(object, "jobs"));
  for (const json::value& value : jobs) {
    if (!value.is_object()) return no_valid("jobs");
    GB_TRY(Job job, job_from_json(value.get_object()));
    checkup.jobs.push_back(std::move(job));
  }
  return checkup;
}

Result<json::object> ApiClient::execution(const JobId& id) {
  return object_of(HttpCall{.target = "/api/jobs/" + percent_encoded(id.str())});
}

Result<json::array> ApiClient::tools() {
  GB_TRY(json::object object, object_of(HttpCall{.target = "/api/tools"}));
  return list_field(std::move(object), "tools");
}

Result<Checkup> ApiClient::start_checkup(const ProjectId& project,
                                         const std::vector<std::string>& tools) {
  json::object body{{"projectId", project.str()}};
  if (!tools.empty()) body["toolIds"] = json::array(tools.begin(), tools.end());
  HttpCall call{.method = "POST", .target = "/api/checkups"};
  call.headers.emplace_back("Content-Type", "application/json");
  call.body = json::serialize(body);
  GB_TRY(json::object object, object_of(std::move(call)));
  return checkup_from_json(object);
}

Result<Checkup> ApiClient::checkup(const CheckupId& id) {
  GB_TRY(json::object object, object_of(HttpCall{.target = checkup_target(id)}));
  return checkup_from_json(object);
}

Result<void> ApiClient::cancel_checkup(const CheckupId& id) {
  HttpCall call{.method = "POST", .target = checkup_target(id) + "/cancel"};
  GB_TRY_VOID(answer_to(std::move(call)));
  return ok();
}

Result<std::vector<Finding>> ApiClient::findings(const JobId& job) {
  std::vector<Finding> all;
  std::string cursor;
  do {
    HttpCall call{.target = fmt::format("/api/jobs/{}/findings?limit={}",
                                        percent_encoded(job.str()), kFindingsAtOnce)};
    if (!cursor.empty()) call.target += "&cursor=" + percent_encoded(cursor);
    GB_TRY(json::object page, object_of(std::move(call)));
    const json::value* next = page.if_contains("nextCursor");
    cursor = next != nullptr && next->is_string() ? std::string(next->get_string()) : "";
    GB_TRY(json::array listed, list_field(std::move(page), "findings"));
    if (listed.empty()) break;
    for (const json::value& value : listed) {
      GB_TRY(Finding finding, finding_from_json(value));
      all.push_back(std::move(finding));
    }
  } while (!cursor.empty() && all.size() < kMostFindings);
  return all;
}

Result<std::string> ApiClient::project_file(const ProjectId& project, const std::string& path,
                                            std::size_t max_bytes) {
  HttpCall call{.target = fmt::format("/api/projects/{}/files/{}", percent_encoded(project.str()),
                                      percent_encoded_path(path))};
  call.headers.emplace_back("Range", fmt::format("bytes=0-{}", max_bytes - 1));
  GB_TRY(HttpAnswer answer, answer_to(std::move(call)));
  if (answer.body.size() > max_bytes) answer.body.resize(max_bytes);
  return std::move(answer.body);
}

}  // namespace glovebox
