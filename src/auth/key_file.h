// KeyFile: the keys file on disk. It is always read and replaced as a whole.
//
// Any thread; blocks.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

class KeyFile {
 public:
  // The limit on the file's size, in bytes. About twice the size of ApiKeys::kMost keys.
  static constexpr std::size_t kMaxBytes = 4 << 20;

  // kUser if the file does not exist, is not a regular file or is too large, and if users other
  // than its owner can write it, because they could add keys.
  static Result<KeyFile> open(const std::string& path);

  Result<std::string> read() const;
  // Whether it is the same file with the same content, judged without reading it. Two changes
  // within a few milliseconds can look like one.
  bool same_as(const KeyFile& other) const;
  // Whether it changed within the last `period`, so that another change might not show in
  // same_as().
  bool is_fresh(std::chrono::seconds period) const;
  // Whether every user of this machine can read it. It contains names and limits, but no keys.
  bool is_readable_by_all() const { return (status_.st_mode & S_IROTH) != 0; }

 private:
  KeyFile(std::string path, UniqueFd fd, const struct stat& status)
      : path_(std::move(path)), fd_(std::move(fd)), status_(status) {}

  std::string path_;
  UniqueFd fd_;
  struct stat status_;
};

enum class MissingKeyFile { kError, kMake };
using KeyFileEdit = std::function<Result<std::string>(const std::string& text)>;

// Replaces the text with the result of `edit`, atomically even if the machine crashes. Mode, owner
// and group are kept. A missing file counts as an empty text and is created with mode 0600.
// Concurrent edits wait, up to 10 s. A symbolic link stays a link.
Result<void> edit_key_file(const std::string& path, MissingKeyFile missing,
                           const KeyFileEdit& edit);

}  // namespace glovebox
