// The lines of a project's files, for fingerprints and for reports that show them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

// Access to the source. Implementations may block the caller while they read.
class SourceFiles {
 public:
  virtual ~SourceFiles() = default;
  // At most `max_bytes` from its beginning; empty if it cannot be read. `path` is that of a
  // finding: relative, without "." and "..".
  virtual std::string read(std::string_view path, std::size_t max_bytes) = 0;
};

inline constexpr std::size_t kMaxSourceBytes = 16 << 20;  // later lines are treated as empty

// Caches the last file: request lines in the order of paths.
class SourceLines {
 public:
  explicit SourceLines(SourceFiles& files) : files_(files) {}

  // Counted from 1, without its line end; empty if it does not exist. Valid until the next call.
  std::string_view line(std::string_view path, std::int64_t number);

 private:
  void load(std::string_view path);

  SourceFiles& files_;
  bool loaded_ = false;
  std::string path_;
  std::string text_;
  std::vector<std::size_t> begins_;  // of lines, and one after the last
};

}  // namespace glovebox
