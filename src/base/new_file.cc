#include "base/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/log.h"
#include "base/os.h"

namespace glovebox {
namespace {

constexpr int kFolder = O_DIRECTORY | O_NOFOLLOW;

Result<UniqueFd> folder_below(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0777) != 0 && errno != EEXIST) {
    return Error::from_errno("mkdirat", name, errno);
  }
  return os::openat(parent, name, O_RDONLY | kFolder);
}

// The check that prevents writing outside the folder.
bool is_plain(const std::filesystem::path& path) {
  if (path.empty() || path.is_absolute() || !path.has_filename()) return false;
  if (path.native().find('\0') != std::string::npos) return false;
  return std::none_of(path.begin(), path.end(),
                      [](const auto& part) { return part == ".." || part == "."; });
}

}  // namespace

Result<UniqueFd> new_file_below(int folder, const std::string& text, unsigned mode) {
  std::filesystem::path path(text);
  if (!is_plain(path)) {
    return internal_error(escape_for_log(text) + " is not a plain relative path");
  }
  UniqueFd held;
  int parent = folder;
  for (const auto& part : path.parent_path()) {
    GB_TRY(held, folder_below(parent, part));
    parent = held.get();
  }
  std::string name = path.filename();
  if (::unlinkat(parent, name.c_str(), 0) != 0 && errno != ENOENT) {
    return Error::from_errno("unlinkat", text, errno);
  }
  return os::openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
}

}  // namespace glovebox
