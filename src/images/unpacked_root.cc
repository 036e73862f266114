#include "images/unpacked_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include "base/dir_stream.h"
#include "base/os.h"

namespace glovebox {
namespace {

constexpr int kDeepest = 1000;  // folders in each other: one descriptor each

Result<std::vector<std::string>> names_in(int folder) {
  int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  GB_TRY_VOID(os::check(copy, "open", "."));
  DirStream stream(::fdopendir(copy));
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

// Labels of the host's policy stay: the kernel gives them.
Result<void> remove_attributes(int file, const std::string& path) {
  char list[64 << 10];
  ssize_t size = ::flistxattr(file, list, sizeof list);
  if (size < 0 && errno == EOPNOTSUPP) return ok();
  GB_TRY_VOID(os::check(size, "listxattr", path));
  for (const char* name = list; name < list + size; name += std::string_view(name).size() + 1) {
    std::string_view text = name;
    if (text == "security.selinux" || text.starts_with("system.")) continue;
    GB_TRY_VOID(os::check(::fremovexattr(file, name), "removexattr", path));
  }
  return ok();
}

class RootTidier {
 public:
  RootTidier(const std::set<std::string>& devices, const ImageLimits& limits,
             const Interrupted& interrupted)
      : devices_(devices), limits_(limits), interrupted_(interrupted) {}

  // `folder` is readable already.
  Result<void> tidy(int folder, const std::string& path, int depth) {
    if (depth > kDeepest) {
      return Error(ErrorKind::kUnprocessable,
                   fmt::format("the image has more than {} folders in each other", kDeepest));
    }
    if (interrupted_ && interrupted_()) return Error(ErrorKind::kUser, "interrupted");
    GB_TRY(std::vector<std::string> names, names_in(folder));
    for (const std::string& name : names) {
      GB_TRY_VOID(tidy_entry(folder, name, path.empty() ? name : path + "/" + name, depth));
    }
    return remove_attributes(folder, path);
  }
  RootSize size() const { return size_; }

 private:
  Result<void> tidy_entry(int folder, const std::string& name, const std::string& path, int depth) {
    struct stat status;
    GB_TRY_VOID(
        os::check(::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "stat", path));
    GB_TRY_VOID(count(status));
    switch (status.st_mode & S_IFMT) {
      case S_IFDIR: {
        GB_TRY_VOID(os::check(::fchmodat(folder, name.c_str(), 0755, 0), "chmod", path));
        GB_TRY(UniqueFd inner, os::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
        return tidy(inner.get(), path, depth + 1);
      }
      case S_IFREG:
        if (status.st_size == 0 && devices_.contains(path)) break;
        return tidy_file(folder, name, path, status.st_mode);
      case S_IFLNK:
        return ok();
      default:
        break;
    }
    return os::check(::unlinkat(folder, name.c_str(), 0), "unlink", path);
  }

  Result<void> tidy_file(int folder, const std::string& name, const std::string& path,
                         mode_t mode) {
    // A mode of 0000 forbids its owner to open it.
    mode_t tidied = (mode & 0111) != 0 ? 0755 : 0644;
    GB_TRY_VOID(os::check(::fchmodat(folder, name.c_str(), tidied, 0), "chmod", path));
    GB_TRY(UniqueFd file, os::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    return remove_attributes(file.get(), path);
  }

  Result<void> count(const struct stat& status) {
    ++size_.entries;
    bool again = status.st_nlink > 1 && S_ISREG(status.st_mode) &&
                 !seen_.insert({status.st_dev, status.st_ino}).second;
    if (!again) size_.bytes += std::int64_t{status.st_blocks} * 512;
    bool fits = size_.entries <= limits_.entries &&
                size_.bytes <= static_cast<std::int64_t>(limits_.size.bytes());
    if (fits) return ok();
    return Error(ErrorKind::kUnprocessable,
                 fmt::format("the unpacked image has more than {} or more than {} entries",
                             format_bytes(limits_.size), limits_.entries));
  }

  const std::set<std::string>& devices_;
  const ImageLimits& limits_;
  const Interrupted& interrupted_;
  RootSize size_;
  std::set<std::pair<dev_t, ino_t>> seen_;  // files with several names
};

}  // namespace

Result<RootSize> tidy_root(int root, const std::set<std::string>& devices,
                           const ImageLimits& limits, const Interrupted& interrupted) {
  GB_TRY_VOID(os::check(::fchmod(root, 0755), "chmod", "/"));
  RootTidier tidier(devices, limits, interrupted);
  GB_TRY_VOID(tidier.tidy(root, "", 0));
  return tidier.size();
}

}  // namespace glovebox
