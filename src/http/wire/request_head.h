// RequestHead: a parsed request line and header section.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

struct HeaderField {
  std::string name;
  std::string value;
};

struct RequestHead {
  std::string method;
  std::string target;  // as sent: still percent-encoded
  int minor_version = 1;
  std::vector<HeaderField> fields;

  // The first field of that name (in any case), or null.
  const std::string* find(std::string_view name) const;
  // All fields of that name, joined with ", ", as RFC 9110 5.3 allows.
  std::string joined(std::string_view name) const;
  // Whether a comma-separated list contains the token, compared without case.
  bool has_token(std::string_view name, std::string_view token) const;
};

// ASCII only: HTTP compares only ASCII without case.
bool equal_ignoring_case(std::string_view a, std::string_view b);
// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);
// The media type of a Content-Type value, lower case, without parameters: "application/json".
std::string media_type(std::string_view content_type);

}  // namespace glovebox
