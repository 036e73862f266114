#include "projects/directory_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "base/dir_stream.h"
#include "base/os.h"
#include "base/tree_folder.h"
#include "projects/entry_name.h"

namespace glovebox {
namespace {

constexpr std::size_t kCopyBlock = 256 << 10;

class DirectoryCopy {
 public:
  DirectoryCopy(UniqueFd root, const struct stat& left_out, UnpackBudget& budget,
                TreeWriter& writer)
      : root_(std::move(root)),
        left_out_(left_out),
        budget_(budget),
        writer_(writer),
        block_(kCopyBlock) {}

  // Folders wait in a list, not on the stack; the budget's limit on entries bounds it.
  Result<void> copy() {
    waiting_.emplace_back();
    while (!waiting_.empty()) {
      std::string folder = std::move(waiting_.back());
      waiting_.pop_back();
      GB_TRY_VOID(copy_folder(folder));
    }
    return ok();
  }

 private:
  Result<std::vector<std::string>> list(int fd, const std::string& folder);
  Result<void> copy_folder(const std::string& folder);
  Result<void> copy_entry(int folder_fd, const std::string& name, const std::string& folder);
  Result<void> copy_link(int folder_fd, const std::string& name, const RelativePath& path);
  Result<void> copy_file(int folder_fd, const std::string& name, const RelativePath& path);

  UniqueFd root_;
  struct stat left_out_;
  UnpackBudget& budget_;
  TreeWriter& writer_;
  std::vector<std::uint8_t> block_;
  std::vector<std::string> waiting_;
};

// Counts while it lists, so that a folder with a million files stops at the limit.
Result<std::vector<std::string>> DirectoryCopy::list(int fd, const std::string& folder) {
  GB_TRY(UniqueFd copy, os::openat(fd, ".", O_RDONLY | O_DIRECTORY));
  DirStream dir(::fdopendir(copy.get()));
  if (dir == nullptr) return Error::from_errno("fdopendir", folder, errno);
  (void)copy.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir.get())) {
    std::string name(entry->d_name);
    if (name == "." || name == "..") continue;
    GB_TRY_VOID(budget_.count_entry());
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> DirectoryCopy::copy_folder(const std::string& folder) {
  GB_TRY(UniqueFd fd, open_folder_below(root_.get(), folder));
  GB_TRY(std::vector<std::string> names, list(fd.get(), folder));
  for (const std::string& name : names) {
    GB_TRY_VOID(copy_entry(fd.get(), name, folder));
  }
  return ok();
}

Result<void> DirectoryCopy::copy_entry(int folder_fd, const std::string& name,
                                       const std::string& folder) {
  std::string text = folder.empty() ? name : folder + '/' + name;
  struct stat status;
  GB_TRY_VOID(os::check(::fstatat(folder_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "stat",
                        shown_entry_name(text)));
  GB_TRY(EntryType type, entry_type(text, status.st_mode));
  std::string clean = unix_entry_name(text);
  auto path = RelativePath::parse(clean);
  if (path.has_error()) return refuse_entry(text, path.error().message());
  if (is_clutter(path.value())) {
    writer_.warnings().left_out_clutter(clean);
    return ok();
  }
  // The warning for a folder also covers its content.
  if (unix_entry_name(name) != name) {
    writer_.warnings().add(clean, "has bytes in its name that are stored as %XX");
  }
  if (has_special_bits(status.st_mode) && type == EntryType::kFile) {
    writer_.warnings().add(clean, "has a setuid, setgid or sticky bit, which is removed");
  }
  switch (type) {
    case EntryType::kFile:
      return copy_file(folder_fd, name, path.value());
    case EntryType::kLink:
      return copy_link(folder_fd, name, path.value());
    case EntryType::kSpecial:
      writer_.warnings().add(
          clean, fmt::format("is {} and is left out", special_file_name(status.st_mode)));
      return ok();
    case EntryType::kFolder:
      break;
  }
  if (status.st_dev == left_out_.st_dev && status.st_ino == left_out_.st_ino) return ok();
  GB_TRY_VOID(writer_.add_folder(path.value()));
  waiting_.push_back(text);
  return ok();
}

Result<void> DirectoryCopy::copy_link(int folder_fd, const std::string& name,
                                      const RelativePath& path) {
  std::string target(2 * RelativePath::kMaxBytes, '\0');
  ssize_t size = ::readlinkat(folder_fd, name.c_str(), target.data(), target.size());
  GB_TRY_VOID(os::check(size, "readlink", path.str()));
  target.resize(static_cast<std::size_t>(size));
  return writer_.add_link(path, unix_entry_name(target));
}

// The file behind the name may have changed since it was examined, so the open file is checked
// again.
Result<void> DirectoryCopy::copy_file(int folder_fd, const std::string& name,
                                      const RelativePath& path) {
  GB_TRY(UniqueFd fd, os::openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  struct stat status;
  GB_TRY_VOID(os::check(::fstat(fd.get(), &status), "fstat", path.str()));
  if (!S_ISREG(status.st_mode)) return refuse_entry(path.str(), "is no longer a file");
  GB_TRY_VOID(budget_.expect_file(path.str(), static_cast<std::uint64_t>(status.st_size)));
  GB_TRY_VOID(writer_.begin_file(path, FileMode{.executable = is_executable(status.st_mode)}));
  while (true) {
    ssize_t n = ::read(fd.get(), block_.data(), block_.size());
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "read", path.str()));
    if (n == 0) return writer_.end_file();
    GB_TRY_VOID(writer_.write(std::span(block_).first(static_cast<std::size_t>(n))));
  }
}

}  // namespace

Result<void> copy_directory(const std::filesystem::path& directory, int left_out_fd,
                            UnpackBudget& budget, TreeWriter& writer) {
  struct stat left_out;
  GB_TRY_VOID(os::check(::fstat(left_out_fd, &left_out), "fstat", "project store"));
  auto root = os::open(directory.string(), O_RDONLY | O_DIRECTORY);
  if (root.has_error()) {
    return std::move(root).error().with_kind(ErrorKind::kUnprocessable);
  }
  return DirectoryCopy(std::move(root).value(), left_out, budget, writer).copy();
}

}  // namespace glovebox
