#include "sandbox/slot/artifact_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/os.h"
#include "sandbox/sandbox.h"

namespace glovebox {
namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

struct Level {
  Directory entries;
  std::string path;  // ends with '/', except for the root's
};

Directory open_directory(int parent, const char* name) {
  int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* dir = fd < 0 ? nullptr : ::fdopendir(fd);
  if (fd >= 0 && dir == nullptr) ::close(fd);
  return Directory(dir, ::closedir);
}

// Overlay marks a deleted file by a device with number 0/0.
bool is_whiteout(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

// A job may have removed read permission from its own file. If the file has our uid we may restore
// the permission; if it has another uid, its mode never prevented us from reading.
UniqueFd open_file(int parent, const char* name) {
  constexpr int kFlags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  UniqueFd file(::openat(parent, name, O_RDONLY | kFlags));
  if (file.valid() || errno != EACCES) return file;
  UniqueFd locked(::openat(parent, name, O_PATH | kFlags));
  struct stat status;
  if (!locked.valid() || ::fstat(locked.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return UniqueFd();
  }
  std::string path = fmt::format("/proc/self/fd/{}", locked.get());
  if (::chmod(path.c_str(), status.st_mode | S_IRUSR) != 0) return UniqueFd();
  return UniqueFd(::openat(parent, name, O_RDONLY | kFlags));
}

// A path that the walk has found, one component at a time.
UniqueFd open_below(int root, const std::string& path) {
  UniqueFd folder;
  std::size_t begin = 0;
  for (std::size_t end; (end = path.find('/', begin)) != std::string::npos; begin = end + 1) {
    std::string name = path.substr(begin, end - begin);
    int parent = folder.valid() ? folder.get() : root;
    UniqueFd next(::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.valid()) return next;
    folder = std::move(next);
  }
  return open_file(folder.valid() ? folder.get() : root, path.substr(begin).c_str());
}

bool is_dot(const char* name) {
  return std::string_view(name) == "." || std::string_view(name) == "..";
}

class Walk {
 public:
  Walk(ByteCount most_bytes, const std::function<Result<void>(FoundArtifact)>& found,
       const std::function<bool(const struct stat&)>& is_artifact)
      : found_(found), is_artifact_(is_artifact), bytes_left_(most_bytes.bytes()) {}

  Result<bool> run(int root) {
    push(root, ".", "");
    while (!levels_.empty()) {
      const dirent* entry = ::readdir(levels_.back().entries.get());
      if (entry == nullptr) {
        levels_.pop_back();
      } else if (!is_dot(entry->d_name)) {
        if (++entries_ > kMaxWalkedEntries) {
          left_out_ = true;
          break;
        }
        GB_TRY_VOID(visit(::dirfd(levels_.back().entries.get()), entry->d_name));
      }
    }
    // Starts at the top again, with nothing else open.
    levels_.clear();
    GB_TRY_VOID(hand_out_linked(root));
    return left_out_;
  }

 private:
  void push(int parent, const char* name, std::string path) {
    Directory directory = open_directory(parent, name);
    if (!directory || levels_.size() >= kMaxArtifactDepth) {
      left_out_ = true;
      return;
    }
    levels_.push_back({std::move(directory), std::move(path)});
  }

  Result<void> visit(int parent, const char* name) {
    struct stat status;
    if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || is_whiteout(status))
      return ok();
    std::string path = levels_.back().path + name;
    if (S_ISDIR(status.st_mode)) {
      push(parent, name, path + "/");
      return ok();
    }
    if (!is_artifact_(status)) return ok();
    if (S_ISREG(status.st_mode) && status.st_nlink > 1) {
      note_name(status, std::move(path));
      return ok();
    }
    UniqueFd file = open_file(parent, name);
    return hand_out(std::move(file), {std::move(path)});
  }

  void note_name(const struct stat& status, std::string path) {
    if (noted_names_ == kMaxArtifacts) {
      left_out_ = true;  // and the recorded names of the same file are left out too: not all names
                         // are known
      return;
    }
    ++noted_names_;
    linked_[{status.st_dev, status.st_ino}].push_back(std::move(path));
  }

  Result<void> hand_out_linked(int root) {
    for (auto& [inode, paths] : linked_) {
      UniqueFd file = open_below(root, paths.front());
      GB_TRY_VOID(hand_out(std::move(file), std::move(paths)));
    }
    return ok();
  }

  // `paths`: all names of the file that the walk has found.
  Result<void> hand_out(UniqueFd file, std::vector<std::string> paths) {
    struct stat status;
    bool plain = file.valid() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
                 status.st_nlink == paths.size();
    if (!plain || handed_out_ + paths.size() > kMaxArtifacts ||
        static_cast<std::uint64_t>(status.st_size) > bytes_left_) {
      left_out_ = true;
      return ok();
    }
    handed_out_ += paths.size();
    bytes_left_ -= static_cast<std::uint64_t>(status.st_size);
    for (std::string& path : paths) {
      FoundArtifact artifact;
      artifact.path = std::move(path);
      artifact.size_bytes = status.st_size;
      artifact.further_name = !file.valid();
      artifact.content = std::move(file);
      GB_TRY_VOID(found_(std::move(artifact)));
    }
    return ok();
  }

  const std::function<Result<void>(FoundArtifact)>& found_;
  const std::function<bool(const struct stat&)>& is_artifact_;
  std::vector<Level> levels_;
  std::uint64_t bytes_left_;
  // Names of files that have several, by device and inode.
  std::map<std::pair<dev_t, ino_t>, std::vector<std::string>> linked_;
  std::size_t noted_names_ = 0;
  int entries_ = 0;
  std::size_t handed_out_ = 0;
  bool left_out_ = false;
};

}  // namespace

Result<bool> walk_artifacts(const UniqueFd& folder, ByteCount most_bytes,
                            const std::function<Result<void>(FoundArtifact)>& found,
                            const std::function<bool(const struct stat&)>& is_artifact) {
  return Walk(most_bytes, found, is_artifact).run(folder.get());
}

}  // namespace glovebox
