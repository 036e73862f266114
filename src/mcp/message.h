// JSON-RPC 2.0 messages of the Model Context Protocol, in the two revisions that are served.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// 2026-07-28: each request stands for itself and says its version in `_meta`.
// 2025-11-25: a client begins with `initialize`.
enum class McpRevision { k20251125, k20260728 };
std::string_view mcp_revision_name(McpRevision revision);
// Newest first, as `supportedVersions` and errors list them.
boost::json::array mcp_supported_versions();

inline constexpr int kMcpParseError = -32700;
inline constexpr int kMcpInvalidRequest = -32600;
inline constexpr int kMcpMethodNotFound = -32601;
inline constexpr int kMcpInvalidParams = -32602;
inline constexpr int kMcpInternalError = -32603;
inline constexpr int kMcpHeaderMismatch = -32020;
inline constexpr int kMcpMissingCapability = -32021;
inline constexpr int kMcpUnsupportedVersion = -32022;
inline constexpr int kMcpResourceNotFound2025 = -32002;

// A fault of the protocol: the answer to it is a JSON-RPC error. What a model can mend is no fault,
// but a result with `isError`.
struct McpFault {
  int code = kMcpInternalError;
  std::string message;
  boost::json::object data;  // empty: none
  int http_status = 200;
};

[[noreturn]] inline void throw_exception_from_error(const McpFault& fault,
                                                    const boost::source_location&) {
  throw std::logic_error(fault.message);
}
template <class T>
using McpResult = boost::system::result<T, McpFault>;

// A request, or a notification, which has no id.
struct McpMessage {
  boost::json::value id;  // a string or an integer; null: a notification
  std::string method;
  boost::json::object params;

  bool is_notification() const { return id.is_null(); }
  // `params._meta`, or an empty object.
  const boost::json::object& meta() const;
};

// The longest message that is read: files of 1 MiB, with what JSON adds to them.
inline constexpr std::size_t kMcpMessageBytes = 4 << 20;

// One message. A response, which no request of ours asks for, is -32600. `id` is set as soon as it
// is known, so that the answer to a wrong request can carry it.
McpResult<McpMessage> parse_mcp_message(std::string_view text, boost::json::value& id);

boost::json::object mcp_result(const boost::json::value& id, boost::json::object result);
// Without "id" where it is null.
boost::json::object mcp_error(const boost::json::value& id, const McpFault& fault);
boost::json::object mcp_notification(std::string_view method, boost::json::object params);
// As it is sent: one line, valid UTF-8.
std::string mcp_text(const boost::json::object& message);

}  // namespace glovebox
