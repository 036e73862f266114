// KeyFile: the keys file on the disk, read and replaced as a whole.
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
  // Of a file; more is an error. About twice what ApiKeys::kMost keys take.
  static constexpr std::size_t kMaxBytes = 4 << 20;

  // kUser where it is not there, is no regular file or is too large, and where others than its
  // owner may write it: they could let themselves in.
  static Result<KeyFile> open(const std::string& path);

  Result<std::string> read() const;
  // The same file with the same content, as far as one can tell without reading it. A change within
  // a few milliseconds of the one before can go unseen.
  bool same_as(const KeyFile& other) const;
  // Changed within the last `period`, so that another change might not show in same_as().
  bool is_fresh(std::chrono::seconds period) const;
  // Everybody on this machine may read it: names and limits, but no keys.
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

// Replaces the text by what `edit` makes of it, all or nothing even where the machine stops in
// between; mode, owner and group stay. A missing file is an empty text, and made with mode 0600.
// Whoever else edits it this way waits meanwhile, 10 s at most. A symbolic link stays one.
Result<void> edit_key_file(const std::string& path, MissingKeyFile missing,
                           const KeyFileEdit& edit);

}  // namespace glovebox
