// RequestTarget: the path and query of a request line, percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct RequestTarget {
  // For "/api/tools": "api", "tools". "/" has none. A decoded segment may contain any byte,
  // including '/': check it before using it as more than a key.
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;
  // HOST[:PORT] if the target was in absolute form ("GET http://HOST/…"), otherwise empty.
  std::string authority;

  // The last one with that name, or null.
  const std::string* find(std::string_view name) const;
};

// Origin form and absolute form. A malformed target is kValidation; one with a backslash, which
// none of our paths has, kNotFound.
Result<RequestTarget> parse_target(std::string_view target);

// The segments as one relative path with plain components, which can safely be looked up in a tree:
// nothing for "", ".", "..", NUL, other control characters or a backslash, encoded or not.
std::optional<std::string> relative_path(const std::vector<std::string>& segments);

}  // namespace glovebox
