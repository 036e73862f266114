// Which revision a request is of, and whether its headers say the same as its body.
#pragma once

#include <optional>
#include <string>

#include "mcp/message.h"

namespace glovebox {

// Of a request over HTTP, as sent; nothing where there is none.
struct McpHeaders {
  std::optional<std::string> version;  // MCP-Protocol-Version
  std::optional<std::string> method;   // Mcp-Method
  std::optional<std::string> name;     // Mcp-Name
};

// Over HTTP. `_meta` with a protocol version is 2026-07-28; `initialize`, or the header alone,
// 2025-11-25. Others get -32022 with the versions that there are; a header that does not match the
// body -32020.
McpResult<McpRevision> negotiate_over_http(const McpMessage& message, const McpHeaders& headers);

// On standard input. `initialized`: the client has sent `initialize` before.
McpResult<McpRevision> negotiate_on_stdio(const McpMessage& message, bool initialized);

// The version that a client of `initialize` proposes: an older one is a fault, for a newer one the
// answer proposes ours.
McpResult<void> check_proposed_version(const McpMessage& initialize);

// Whether `_meta` of a request has that extension among the client's capabilities.
bool declares_extension(const McpMessage& message, std::string_view extension);

}  // namespace glovebox
