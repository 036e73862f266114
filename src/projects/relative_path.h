// RelativePath: a path below some folder, in a form that cannot lead out of it, cannot be read two
// ways and can be shown to a person. Everything that names a file of a project goes through it.
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

  // Components joined by single '/'. Refused: an empty path or component, "." and "..", an absolute
  // path, a drive ("C:"), a backslash, NUL and other control characters, line and paragraph
  // separators, bidirectional controls, invalid UTF-8, and whatever exceeds the bounds above.
  // kUnprocessable; the message is a predicate, such as `is absolute`, to stand behind a name.
  static Result<RelativePath> parse(std::string_view text);

  const std::string& str() const { return text_; }
  // The last component.
  std::string_view name() const;
  // The path without its last component; empty at the top.
  std::string_view parent() const;
  std::vector<std::string_view> components() const;

  bool operator==(const RelativePath&) const = default;

 private:
  explicit RelativePath(std::string_view text) : text_(text) {}
  std::string text_;
};

// Whether a text has only characters that a path may have: valid UTF-8 without NUL, control
// characters, backslashes and what changes the text direction. The message is a predicate.
Result<void> check_path_characters(std::string_view text);

// A name for messages and logs: as it is where it could be a RelativePath, else escaped and cut.
std::string shown_entry_name(std::string_view name);

}  // namespace glovebox
