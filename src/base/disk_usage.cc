#include "base/disk_usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/dir_stream.h"
#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kBlock =
    512;  // the unit of st_blocks, independent of the file system's block size

bool has_gone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

struct Count {
  std::uint64_t blocks = 0;
  // Files with several names, to count each once.
  std::set<std::pair<dev_t, ino_t>> linked;
  void add(const struct stat& info) {
    bool may_come_again = !S_ISDIR(info.st_mode) && info.st_nlink > 1;
    if (may_come_again && !linked.insert({info.st_dev, info.st_ino}).second) return;
    blocks += static_cast<std::uint64_t>(info.st_blocks);
  }
};

// Adds the direct content of a folder; its subfolders go to `later`.
Result<void> add_folder(const std::string& path, Count& count, std::vector<std::string>& later) {
  auto fd = os::open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (fd.has_error()) return has_gone(fd.error().errno_value()) ? ok() : fd.error();
  DirStream dir(::fdopendir(fd->get()));
  if (dir == nullptr) return Error::from_errno("fdopendir", path, errno);
  int folder = fd->release();
  while (const dirent* entry = ::readdir(dir.get())) {
    std::string name(entry->d_name);
    if (name == "." || name == "..") continue;
    struct stat info {};
    if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (has_gone(errno)) continue;
      return Error::from_errno("fstatat", path + "/" + name, errno);
    }
    count.add(info);
    if (S_ISDIR(info.st_mode)) later.push_back(path + "/" + name);
  }
  return ok();
}

}  // namespace

Result<ByteCount> allocated_below(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (has_gone(errno)) return ByteCount();
    return Error::from_errno("lstat", path, errno);
  }
  Count count;
  count.add(info);
  std::vector<std::string> later;
  if (S_ISDIR(info.st_mode)) later.push_back(path);
  while (!later.empty()) {
    std::string folder = std::move(later.back());
    later.pop_back();
    GB_TRY_VOID(add_folder(folder, count, later));
  }
  return ByteCount(count.blocks * kBlock);
}

Result<DiskSpace> disk_space(const std::string& path) {
  struct statvfs info {};
  GB_TRY_VOID(os::check(::statvfs(path.c_str(), &info), "statvfs", path));
  DiskSpace space;
  space.total = ByteCount(std::uint64_t{info.f_blocks} * info.f_frsize);
  space.available = ByteCount(std::uint64_t{info.f_bavail} * info.f_frsize);
  if (info.f_files > 0) {
    space.inodes_available = static_cast<double>(info.f_favail) / static_cast<double>(info.f_files);
  }
  return space;
}

}  // namespace glovebox
