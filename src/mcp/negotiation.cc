#include "mcp/negotiation.h"

#include <boost/json/array.hpp>
#include <utility>

#include "base/near_miss.h"
#include "mcp/base64.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kMetaVersion = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kMetaCapabilities = "io.modelcontextprotocol/clientCapabilities";

McpFault unsupported_version(std::string_view requested) {
  McpFault fault;
  fault.code = kMcpUnsupportedVersion;
  fault.message = "Unsupported protocol version " + in_quotes(requested) +
                  "; this server has 2026-07-28 and 2025-11-25.";
  fault.data["supported"] = mcp_supported_versions();
  fault.data["requested"] = requested;
  fault.http_status = 400;
  return fault;
}

McpFault header_mismatch(std::string message) {
  return {kMcpHeaderMismatch, "Header mismatch: " + std::move(message), {}, 400};
}

McpFault malformed(std::string message) {
  return {kMcpInvalidParams, std::move(message), {}, 400};
}

// "2025-06-18"
bool is_date(std::string_view version) {
  return version.size() == 10 && version[4] == '-' && version[7] == '-' &&
         version.find_first_not_of("0123456789-") == std::string_view::npos;
}

// The field of `params` that Mcp-Name repeats; empty: none.
std::string_view named_field(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel") {
    return "taskId";
  }
  return "";
}

// A value that is not plain ASCII comes as "=?base64?…?=".
std::optional<std::string> decoded_header(const std::string& value) {
  constexpr std::string_view kPrefix = "=?base64?";
  constexpr std::string_view kSuffix = "?=";
  std::string_view text = value;
  bool encoded = text.size() >= kPrefix.size() + kSuffix.size() && text.starts_with(kPrefix) &&
                 text.ends_with(kSuffix);
  if (!encoded) return value;
  text.remove_prefix(kPrefix.size());
  text.remove_suffix(kSuffix.size());
  return from_base64(text);
}

McpResult<void> check_name_header(const McpMessage& message, const McpHeaders& headers) {
  std::string_view field = named_field(message.method);
  if (field.empty()) return {};
  if (!headers.name) return header_mismatch("the Mcp-Name header is missing.");
  std::optional<std::string> name = decoded_header(*headers.name);
  const json::value* wanted = message.params.if_contains(field);
  bool same = name && wanted != nullptr && wanted->is_string() &&
              std::string_view(wanted->get_string()) == *name;
  if (same) return {};
  return header_mismatch("Mcp-Name is " + in_quotes(*headers.name) + ", which is not \"" +
                         std::string(field) + "\" of the body.");
}

McpResult<void> check_headers(const McpMessage& message, const McpHeaders& headers,
                              std::string_view version) {
  if (!headers.version) return header_mismatch("the MCP-Protocol-Version header is missing.");
  if (*headers.version != version) {
    return header_mismatch("MCP-Protocol-Version is " + in_quotes(*headers.version) +
                           ", but the body's protocol version is " + in_quotes(version) + ".");
  }
  // The revision defines no headers for notifications.
  if (message.is_notification()) return {};
  if (!headers.method) return header_mismatch("the Mcp-Method header is missing.");
  if (*headers.method != message.method) {
    return header_mismatch("Mcp-Method is " + in_quotes(*headers.method) +
                           ", but the body's method is " + in_quotes(message.method) + ".");
  }
  return check_name_header(message, headers);
}

McpResult<void> check_meta(const McpMessage& message) {
  if (message.is_notification()) return {};
  const json::value* capabilities = message.meta().if_contains(kMetaCapabilities);
  if (capabilities != nullptr && capabilities->is_object()) return {};
  return malformed("params._meta must have \"" + std::string(kMetaCapabilities) + "\", an object.");
}

McpFault no_meta_version() {
  return malformed("params._meta must have \"" + std::string(kMetaVersion) +
                   "\", such as \"2026-07-28\".");
}

// Of `_meta`; nothing: the request is not of a revision that has it.
McpResult<std::optional<std::string>> meta_version(const McpMessage& message) {
  const json::value* version = message.meta().if_contains(kMetaVersion);
  if (version == nullptr) return std::optional<std::string>();
  if (!version->is_string()) return no_meta_version();
  return std::optional(std::string(version->get_string()));
}

}  // namespace

McpResult<McpRevision> negotiate_over_http(const McpMessage& message, const McpHeaders& headers) {
  GB_TRY(std::optional<std::string> version, meta_version(message));
  if (version) {
    GB_TRY_VOID(check_headers(message, headers, *version));
    if (*version == mcp_revision_name(McpRevision::k20251125)) return McpRevision::k20251125;
    if (*version != mcp_revision_name(McpRevision::k20260728)) return unsupported_version(*version);
    GB_TRY_VOID(check_meta(message));
    return McpRevision::k20260728;
  }
  bool modern = headers.version == mcp_revision_name(McpRevision::k20260728);
  if (modern && message.is_notification()) return McpRevision::k20260728;
  if (modern) return no_meta_version();
  if (message.method == "initialize") return McpRevision::k20251125;
  if (!headers.version) return header_mismatch("the MCP-Protocol-Version header is missing.");
  if (*headers.version == mcp_revision_name(McpRevision::k20251125)) return McpRevision::k20251125;
  return unsupported_version(*headers.version);
}

McpResult<McpRevision> negotiate_on_stdio(const McpMessage& message, bool initialized) {
  GB_TRY(std::optional<std::string> version, meta_version(message));
  if (version && *version != mcp_revision_name(McpRevision::k20251125)) {
    if (*version != mcp_revision_name(McpRevision::k20260728)) return unsupported_version(*version);
    GB_TRY_VOID(check_meta(message));
    return McpRevision::k20260728;
  }
  if (version || initialized || message.is_notification() || message.method == "initialize" ||
      message.method == "ping") {
    return McpRevision::k20251125;
  }
  McpFault fault = no_meta_version();
  fault.message += " A client of 2025-11-25 sends \"initialize\" first.";
  return fault;
}

McpResult<void> check_proposed_version(const McpMessage& initialize) {
  const json::value* version = initialize.params.if_contains("protocolVersion");
  if (version == nullptr || !version->is_string()) {
    return malformed("\"protocolVersion\" must be a string.");
  }
  std::string_view proposed = version->get_string();
  bool older = is_date(proposed) && proposed < mcp_revision_name(McpRevision::k20251125);
  if (older) return unsupported_version(proposed);
  return {};
}

bool declares_extension(const McpMessage& message, std::string_view extension) {
  const json::value* capabilities = message.meta().if_contains(kMetaCapabilities);
  if (capabilities == nullptr || !capabilities->is_object()) return false;
  const json::value* extensions = capabilities->get_object().if_contains("extensions");
  return extensions != nullptr && extensions->is_object() &&
         extensions->get_object().contains(extension);
}

}  // namespace glovebox
