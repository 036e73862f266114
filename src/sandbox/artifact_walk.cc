#include "sandbox/artifact_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "base/os.h"
#include "sandbox/sandbox.h"

namespace glovebox {
namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

struct Level {
  Directory entries;
  std::string path;  // with a '/' at its end, but for the root's
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

// A job may have taken the right to read from its own file. Where it has our uid we may give that
// back; where it has not, its file never stopped us.
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
        if (++entries_ > kMaxWalkedEntries) return true;
        GB_TRY_VOID(visit(::dirfd(levels_.back().entries.get()), entry->d_name));
      }
    }
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
    return hand_out(parent, name, std::move(path));
  }

  Result<void> hand_out(int parent, const char* name, std::string path) {
    UniqueFd file = open_file(parent, name);
    struct stat status;
    bool plain = file.valid() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
                 status.st_nlink == 1;
    if (!plain || handed_out_ == kMaxArtifacts ||
        static_cast<std::uint64_t>(status.st_size) > bytes_left_) {
      left_out_ = true;
      return ok();
    }
    ++handed_out_;
    bytes_left_ -= static_cast<std::uint64_t>(status.st_size);
    FoundArtifact artifact;
    artifact.path = std::move(path);
    artifact.size_bytes = status.st_size;
    artifact.content = std::move(file);
    return found_(std::move(artifact));
  }

  const std::function<Result<void>(FoundArtifact)>& found_;
  const std::function<bool(const struct stat&)>& is_artifact_;
  std::vector<Level> levels_;
  std::uint64_t bytes_left_;
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
