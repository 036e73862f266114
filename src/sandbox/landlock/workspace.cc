#include "sandbox/landlock/workspace.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>
#include <vector>

#include "base/os.h"
#include "base/tree_folder.h"

namespace glovebox {
namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

Directory read_directory(UniqueFd fd) {
  DIR* dir = fd.valid() ? ::fdopendir(fd.get()) : nullptr;
  if (dir != nullptr) (void)fd.release();
  return Directory(dir, ::closedir);
}

bool is_dot(std::string_view name) {
  return name == "." || name == "..";
}

bool is_before(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

timespec now(clockid_t clock) {
  timespec time;
  ::clock_gettime(clock, &time);
  return time;
}

std::string joined(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

class ProjectCopy {
 public:
  ProjectCopy(int from, int to, WorkspaceStamp& stamp) : from_(from), to_(to), stamp_(stamp) {}

  // Folders wait in a list instead of on the stack.
  Result<void> run() {
    waiting_.emplace_back();
    while (!waiting_.empty()) {
      std::string folder = std::move(waiting_.back());
      waiting_.pop_back();
      GB_TRY(UniqueFd source, open_folder_below(from_, folder));
      GB_TRY(UniqueFd target, open_folder_below(to_, folder));
      GB_TRY_VOID(copy_entries(folder, source.get(), target.get()));
    }
    return ok();
  }

 private:
  Result<void> copy_entries(const std::string& folder, int source, int target) {
    GB_TRY(UniqueFd listed, os::openat(source, ".", O_RDONLY | O_DIRECTORY));
    Directory entries = read_directory(std::move(listed));
    if (!entries) return Error::from_errno("fdopendir", folder, errno);
    while (const dirent* entry = ::readdir(entries.get())) {
      if (is_dot(entry->d_name)) continue;
      struct stat status;
      GB_TRY_VOID(os::check(::fstatat(source, entry->d_name, &status, AT_SYMLINK_NOFOLLOW),
                            "fstatat", entry->d_name));
      if (S_ISDIR(status.st_mode)) {
        GB_TRY_VOID(os::check(::mkdirat(target, entry->d_name, 0755), "mkdir", entry->d_name));
        waiting_.push_back(joined(folder, entry->d_name));
      } else if (S_ISREG(status.st_mode)) {
        GB_TRY_VOID(copy_file(source, target, entry->d_name, status));
      } else if (S_ISLNK(status.st_mode)) {
        GB_TRY_VOID(copy_link(source, target, entry->d_name));
      } else {
        return internal_error(fmt::format("{} in the store is not a file, a folder or a link",
                                          joined(folder, entry->d_name)));
      }
    }
    return ok();
  }

  Result<void> copy_file(int source_dir, int target_dir, const char* name,
                         const struct stat& status) {
    GB_TRY(UniqueFd source, os::openat(source_dir, name, O_RDONLY | O_NOFOLLOW));
    unsigned mode = (status.st_mode & 0777) | S_IWUSR;
    GB_TRY(UniqueFd target, os::openat(target_dir, name, O_CREAT | O_EXCL | O_WRONLY, mode));
    off_t left = status.st_size;
    while (left > 0) {
      ssize_t n = ::copy_file_range(source.get(), nullptr, target.get(), nullptr,
                                    static_cast<std::size_t>(left), 0);
      if (n < 0 && (errno == EXDEV || errno == EOPNOTSUPP || errno == EINVAL || errno == ENOSYS)) {
        n = copy_block(source.get(), target.get());
      }
      GB_TRY_VOID(os::check(n, "copy_file_range", name));
      if (n == 0) break;  // cannot happen: files in the store do not change
      left -= n;
    }
    stamp_.copied_bytes += status.st_size;
    timespec modified = is_before(status.st_mtim, stamp_.begin) ? status.st_mtim : stamp_.begin;
    const timespec times[] = {modified, modified};
    return os::check(::futimens(target.get(), times), "futimens", name);
  }

  // A link is created with the same text and never followed. It must not look like one that the job
  // created, so it gets the time of the copied files.
  Result<void> copy_link(int source_dir, int target_dir, const char* name) {
    char text[PATH_MAX];
    ssize_t size = ::readlinkat(source_dir, name, text, sizeof text - 1);
    GB_TRY_VOID(os::check(size, "readlink", name));
    text[size] = '\0';
    GB_TRY_VOID(os::check(::symlinkat(text, target_dir, name), "symlink", name));
    const timespec times[] = {stamp_.begin, stamp_.begin};
    return os::check(::utimensat(target_dir, name, times, AT_SYMLINK_NOFOLLOW), "utimensat", name);
  }

  static ssize_t copy_block(int source, int target) {
    char block[64 << 10];
    ssize_t n = ::read(source, block, sizeof block);
    if (n <= 0) return n;
    return ::write(target, block, static_cast<std::size_t>(n));
  }

  int from_;
  int to_;
  WorkspaceStamp& stamp_;
  std::vector<std::string> waiting_;
};

// Names of folders that have not been entered yet.
constexpr std::size_t kMaxWaitingBytes = 16 << 20;

// A job may have removed its permissions on a folder to hide its content from the count.
void unlock(int parent, const char* name) {
  UniqueFd folder(::openat(parent, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
  struct stat status;
  if (!folder.valid() || ::fstat(folder.get(), &status) != 0) return;
  if ((status.st_mode & S_IRWXU) == S_IRWXU) return;
  ::chmod(fmt::format("/proc/self/fd/{}", folder.get()).c_str(), status.st_mode | S_IRWXU);
}

// Adds up a tree while it is being written, with one descriptor regardless of depth. To go up it
// opens "..", and continues only if that is the folder that it came from. So it never leaves the
// tree, whatever is moved meanwhile; what was moved is counted the next time.
class Measure {
 public:
  explicit Measure(std::int64_t most_entries) : most_entries_(most_entries) {}

  FolderUsage run(int root) {
    UniqueFd at(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!at.valid() || !enter(at.get())) return usage_;
    while (!levels_.empty() && usage_.entries < most_entries_) {
      std::vector<std::string>& folders = levels_.back().folders;
      if (folders.empty()) {
        levels_.pop_back();
        if (levels_.empty() || !climb(at)) break;
        continue;
      }
      std::string name = std::move(folders.back());
      folders.pop_back();
      waiting_bytes_ -= name.size();
      constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
      UniqueFd next(::openat(at.get(), name.c_str(), kFlags));
      if (next.valid() && enter(next.get())) at = std::move(next);
    }
    return usage_;
  }

 private:
  struct Level {
    dev_t device;
    ino_t inode;
    std::vector<std::string> folders;  // not entered yet
  };

  bool enter(int folder) {
    struct stat status;
    if (::fstat(folder, &status) != 0) return false;
    Directory entries =
        read_directory(UniqueFd(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    if (!entries) return false;
    levels_.push_back({status.st_dev, status.st_ino, {}});
    while (const dirent* entry = ::readdir(entries.get())) {
      if (!is_dot(entry->d_name)) add(folder, entry->d_name);
      if (usage_.entries >= most_entries_) break;
    }
    return true;
  }

  void add(int folder, const char* name) {
    struct stat status;
    ++usage_.entries;
    if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    usage_.bytes += status.st_blocks * 512;
    if (!S_ISDIR(status.st_mode)) return;
    if ((status.st_mode & S_IRWXU) != S_IRWXU) unlock(folder, name);
    levels_.back().folders.emplace_back(name);
    waiting_bytes_ += levels_.back().folders.back().size();
    // A bound on the memory used.
    if (waiting_bytes_ > kMaxWaitingBytes) usage_.entries = most_entries_;
  }

  bool climb(UniqueFd& at) {
    UniqueFd up(::openat(at.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status;
    if (!up.valid() || ::fstat(up.get(), &status) != 0) return false;
    const Level& expected = levels_.back();
    if (status.st_dev != expected.device || status.st_ino != expected.inode) return false;
    at = std::move(up);
    return true;
  }

  std::int64_t most_entries_;
  FolderUsage usage_;
  std::vector<Level> levels_;
  std::size_t waiting_bytes_ = 0;
};

// The kernel gives a change the time of its last tick. Only after the next one does a link, a new
// name or a new mode have a later time than the copy.
void wait_for_tick(const timespec& end) {
  constexpr timespec kPause{0, 500'000};
  constexpr int kMostPauses = 40;  // a tick is at most 10 ms; the clock may have been set back
  for (int i = 0; i < kMostPauses && !is_before(end, now(CLOCK_REALTIME_COARSE)); ++i) {
    ::nanosleep(&kPause, nullptr);
  }
}

}  // namespace

bool WorkspaceStamp::is_later(const struct stat& file) const {
  return !is_before(file.st_mtim, begin) || is_before(end, file.st_ctim);
}

Result<WorkspaceStamp> copy_project(int store_folder, const std::string& project, int target) {
  WorkspaceStamp stamp;
  // File times have the resolution of the kernel's tick. Sets the time to one tick earlier, so that
  // a file created in the same tick as the copy differs from the copy.
  stamp.begin = now(CLOCK_REALTIME_COARSE);
  stamp.begin.tv_sec -= 1;
  if (!project.empty()) {
    GB_TRY(UniqueFd from, os::openat(store_folder, project, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    GB_TRY_VOID(ProjectCopy(from.get(), target, stamp).run());
  }
  stamp.begin.tv_nsec += 1;
  stamp.end = now(CLOCK_REALTIME);
  if (!project.empty()) wait_for_tick(stamp.end);
  return stamp;
}

Result<WorkspaceStamp> make_workspace(int slot_folder, int store_folder,
                                      const std::string& project) {
  for (const char* name : {"work", "tmp"}) {
    GB_TRY_VOID(os::check(::mkdirat(slot_folder, name, 0700), "mkdir", name));
  }
  GB_TRY(UniqueFd work, os::openat(slot_folder, "work", O_RDONLY | O_DIRECTORY));
  return copy_project(store_folder, project, work.get());
}

Result<void> remove_workspace(int slot_folder) {
  for (const char* name : {"work", "tmp"}) GB_TRY_VOID(remove_below(slot_folder, name));
  return ok();
}

FolderUsage measure_folder(int folder, std::int64_t most_entries) {
  return Measure(most_entries).run(folder);
}

}  // namespace glovebox
