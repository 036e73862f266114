#include "mcp/message.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/strict_json.h"
#include "base/utf8_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

McpFault invalid_request(std::string message) {
  return {kMcpInvalidRequest, std::move(message), {}, 400};
}

bool is_request_id(const json::value& id) {
  return id.is_string() || id.is_int64() || id.is_uint64();
}

}  // namespace

std::string_view mcp_revision_name(McpRevision revision) {
  return revision == McpRevision::k20260728 ? "2026-07-28" : "2025-11-25";
}

json::array mcp_supported_versions() {
  return {mcp_revision_name(McpRevision::k20260728), mcp_revision_name(McpRevision::k20251125)};
}

const json::object& McpMessage::meta() const {
  static const json::object kNone;
  const json::value* meta = params.if_contains("_meta");
  return meta != nullptr && meta->is_object() ? meta->get_object() : kNone;
}

McpResult<McpMessage> parse_mcp_message(std::string_view text, json::value& id) {
  Result<json::value> value = parse_strict_json(text);
  if (value.has_error()) return McpFault{kMcpParseError, value.error().message(), {}, 400};
  if (value->is_array()) {
    return invalid_request("Batches are not part of this protocol: send one message at a time.");
  }
  json::object* object = value->if_object();
  if (object == nullptr) return invalid_request("A message is a JSON object.");
  const json::value* given_id = object->if_contains("id");
  if (given_id != nullptr && is_request_id(*given_id)) id = *given_id;
  const json::value* version = object->if_contains("jsonrpc");
  if (version == nullptr || *version != json::value("2.0")) {
    return invalid_request("\"jsonrpc\" must be \"2.0\".");
  }
  json::value* method = object->if_contains("method");
  if (method == nullptr || !method->is_string()) {
    bool response = object->contains("result") || object->contains("error");
    return invalid_request(response ? "This is a response, but the server sent no request."
                                    : "\"method\" must be a string.");
  }
  if (given_id != nullptr && id.is_null()) {
    return invalid_request("\"id\" must be a string or an integer.");
  }
  McpMessage message;
  message.id = id;
  message.method = std::string(method->get_string());
  if (json::value* params = object->if_contains("params")) {
    if (!params->is_object()) return invalid_request("\"params\" must be an object.");
    message.params = std::move(params->get_object());
  }
  return message;
}

json::object mcp_result(const json::value& id, json::object result) {
  json::object message{{"jsonrpc", "2.0"}, {"id", id}};
  message["result"] = std::move(result);
  return message;
}

json::object mcp_error(const json::value& id, const McpFault& fault) {
  json::object error{{"code", fault.code}, {"message", fault.message}};
  if (!fault.data.empty()) error["data"] = fault.data;
  json::object message{{"jsonrpc", "2.0"}};
  if (!id.is_null()) message["id"] = id;
  message["error"] = std::move(error);
  return message;
}

json::object mcp_notification(std::string_view method, json::object params) {
  json::object message{{"jsonrpc", "2.0"}, {"method", method}};
  message["params"] = std::move(params);
  return message;
}

std::string mcp_text(const json::object& message) {
  return to_valid_utf8(json::serialize(message));
}

}  // namespace glovebox
