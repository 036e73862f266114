// RelativePath: a path below a folder that cannot lead out of it, has only one interpretation and
// is safe to display. Everything that names a file of a project uses it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

class RelativePath {
 public:
  static constexpr std::size_t kMaxBytes = 1024;
  static constexpr std::size_t kMaxComponentBytes = 255;  // NAME_MAX of every Linux file system
  static constexpr std::size_t kMaxDepth = 64;

  // Components separated by single '/'. Refuses an empty path or component, "." and "..", an
  // absolute path, a drive ("C:"), a backslash, NUL and other control characters, line and
  // paragraph separators, bidirectional controls, invalid UTF-8, and paths over the limits above.
  // kUnprocessable; the message is a predicate, such as `is absolute`, to follow a name.
  static Result<RelativePath> parse(std::string_view text);

  const std::string& str() const { return text_; }
  // The last component.
  std::string_view name() const;
  // The path without its last component; empty at the top level.
  std::string_view parent() const;
  std::vector<std::string_view> components() const;

  bool operator==(const RelativePath&) const = default;

 private:
  explicit RelativePath(std::string_view text) : text_(text) {}
  std::string text_;
};

// Whether a text has only characters allowed in a path: valid UTF-8 without NUL, control
// characters, backslashes and characters that change the text direction. The message is a
// predicate.
Result<void> check_path_characters(std::string_view text);

// A name for messages and logs: unchanged if it is a valid RelativePath, else escaped and
// truncated.
std::string shown_entry_name(std::string_view name);

}  // namespace glovebox
