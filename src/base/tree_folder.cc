#include "base/tree_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/dir_stream.h"
#include "base/os.h"

namespace glovebox {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

using Dir = DirStream;

Result<Dir> open_dir(int parent_fd, const std::string& name) {
  auto fd = os::openat(parent_fd, name, kFolderFlags);
  if (fd.has_error() && fd.error().errno_value() == EACCES) {
    ::fchmodat(parent_fd, name.c_str(), 0700, 0);
    fd = os::openat(parent_fd, name, kFolderFlags);
  }
  if (fd.has_error()) return std::move(fd).error();
  ::fchmod(fd.value().get(), 0700);  // its creator may have made it inaccessible
  Dir dir(::fdopendir(fd.value().get()));
  if (dir == nullptr) return Error::from_errno("fdopendir", name, errno);
  (void)fd.value().release();
  return dir;
}

bool is_dot(std::string_view name) {
  return name == "." || name == "..";
}

// Moves parent_fd/child up to top_fd, with its number as its name.
Result<void> move_up(int parent_fd, const char* child, int top_fd, std::uint64_t& number) {
  bool unlocked = false;
  while (true) {
    std::string name = ".removed-" + std::to_string(number++);
    if (::renameat2(parent_fd, child, top_fd, name.c_str(), RENAME_NOREPLACE) == 0) return ok();
    if (errno == EACCES && !unlocked) {
      // Moving a folder writes to it, because its ".." changes.
      unlocked = ::fchmodat(parent_fd, child, 0700, 0) == 0;
      if (unlocked) continue;
    }
    if (errno != EEXIST) return Error::from_errno("rename", child, errno);
  }
}

// Unlinks the files of a folder and moves its subfolders to top_fd.
Result<void> flatten(DIR* dir, int top_fd, std::uint64_t& number) {
  int fd = ::dirfd(dir);
  while (const dirent* entry = ::readdir(dir)) {
    if (is_dot(entry->d_name) || ::unlinkat(fd, entry->d_name, 0) == 0) continue;
    if (errno != EISDIR && errno != EPERM) return Error::from_errno("unlink", entry->d_name, errno);
    if (::unlinkat(fd, entry->d_name, AT_REMOVEDIR) == 0) continue;
    GB_TRY_VOID(move_up(fd, entry->d_name, top_fd, number));
  }
  return ok();
}

// Removes the files of `top`, and its folders after flattening each. The next pass finds folders
// that were moved up meanwhile.
Result<bool> empty_once(DIR* top, std::uint64_t& number) {
  int fd = ::dirfd(top);
  bool empty = true;
  ::rewinddir(top);
  while (const dirent* entry = ::readdir(top)) {
    if (is_dot(entry->d_name) || ::unlinkat(fd, entry->d_name, 0) == 0) continue;
    if (errno == ENOENT) continue;
    if (errno != EISDIR && errno != EPERM) return Error::from_errno("unlink", entry->d_name, errno);
    empty = false;
    GB_TRY(Dir dir, open_dir(fd, entry->d_name));
    GB_TRY_VOID(flatten(dir.get(), fd, number));
    if (::unlinkat(fd, entry->d_name, AT_REMOVEDIR) != 0 && errno != ENOTEMPTY) {
      return Error::from_errno("rmdir", entry->d_name, errno);
    }
  }
  return empty;
}

}  // namespace

Result<UniqueFd> open_folder_below(int root_fd, std::string_view path) {
  GB_TRY(UniqueFd fd, os::openat(root_fd, ".", kFolderFlags));
  while (!path.empty()) {
    std::size_t slash = path.find('/');
    GB_TRY(UniqueFd next, os::openat(fd.get(), std::string(path.substr(0, slash)), kFolderFlags));
    fd = std::move(next);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return fd;
}

Result<void> remove_below(int parent_fd, const std::string& name) {
  if (::unlinkat(parent_fd, name.c_str(), 0) == 0 || errno == ENOENT) return ok();
  if (errno != EISDIR && errno != EPERM) return Error::from_errno("unlink", name, errno);
  GB_TRY(Dir top, open_dir(parent_fd, name));
  std::uint64_t number = 0;
  while (true) {
    GB_TRY(bool empty, empty_once(top.get(), number));
    if (empty) break;
  }
  return os::check(::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR), "rmdir", name);
}

}  // namespace glovebox
