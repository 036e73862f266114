#include "execution/jobs/stored_request.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/sha256.h"

namespace glovebox {
namespace {

namespace json = boost::json;

json::object to_json(const ExecuteRequest& request) {
  json::object object;
  object["toolId"] = request.tool_id.str();
  object["projectId"] = request.project_id.str();
  object["parameters"] = request.parameters;
  object["stdin"] = request.stdin_text;
  if (request.timeout) object["timeoutMs"] = request.timeout->count();
  return object;
}

Error damaged() {
  return internal_error("the stored request is damaged");
}

}  // namespace

std::string encode_request(const ExecuteRequest& request) {
  return json::serialize(to_json(request));
}

Result<ExecuteRequest> decode_request(std::string_view text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  const json::object* object = error ? nullptr : value.if_object();
  if (!object) return damaged();
  auto string = [&](const char* name) {
    const json::value* field = object->if_contains(name);
    return field ? field->if_string() : nullptr;
  };
  const json::value* parameters = object->if_contains("parameters");
  const json::string* tool = string("toolId");
  const json::string* project = string("projectId");
  const json::string* stdin_text = string("stdin");
  if (!tool || !project || !stdin_text || !parameters || !parameters->is_object()) {
    return damaged();
  }
  ExecuteRequest request;
  request.tool_id = ToolId(std::string(*tool));
  request.project_id = ProjectId(std::string(*project));
  request.parameters = parameters->get_object();
  request.stdin_text = std::string(*stdin_text);
  if (const json::value* timeout = object->if_contains("timeoutMs")) {
    if (!timeout->is_int64()) return damaged();
    request.timeout = std::chrono::milliseconds(timeout->get_int64());
  }
  request.lifetime = Lifetime::kItsOwn;
  return request;
}

std::string request_fingerprint(const ExecuteRequest& request) {
  Sha256 hash;
  hash.update(encode_request(request));
  hash.update(request.webhook_url);  // which is stored with the job
  return hash.finish();
}

}  // namespace glovebox
