#include "save_artifacts.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr int kFolder = O_DIRECTORY | O_NOFOLLOW;
constexpr std::size_t kPiece = 1 << 20;

Result<UniqueFd> open_below(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0777) != 0 && errno != EEXIST) {
    return Error::from_errno("mkdirat", name, errno);
  }
  return os::openat(parent, name, O_RDONLY | kFolder);
}

Result<void> copy_content(const CollectedArtifact& artifact, int to) {
  off_t offset = 0;
  while (offset < artifact.size_bytes) {
    ssize_t n = ::sendfile(to, artifact.content.get(), &offset, kPiece);
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "sendfile", artifact.path));
    if (n == 0) return internal_error(artifact.path + " is shorter than it was");
  }
  return ok();
}

// The sandbox hands back nothing else; here it is what writing outside the folder hangs on.
bool is_plain(const std::filesystem::path& path) {
  if (path.empty() || path.is_absolute() || !path.has_filename()) return false;
  return std::none_of(path.begin(), path.end(),
                      [](const auto& part) { return part == ".." || part == "."; });
}

Result<void> save(int directory, const CollectedArtifact& artifact) {
  std::filesystem::path path(artifact.path);
  if (!is_plain(path)) return internal_error(artifact.path + " is not a plain relative path");
  UniqueFd folder;
  int parent = directory;
  for (const auto& part : path.parent_path()) {
    GB_TRY(folder, open_below(parent, part));
    parent = folder.get();
  }
  std::string name = path.filename();
  if (::unlinkat(parent, name.c_str(), 0) != 0 && errno != ENOENT) {
    return Error::from_errno("unlinkat", artifact.path, errno);
  }
  struct stat info {};
  GB_TRY_VOID(os::check(::fstat(artifact.content.get(), &info), "fstat", artifact.path));
  unsigned mode = (info.st_mode & 0100) != 0 ? 0777 : 0666;
  GB_TRY(UniqueFd file, os::openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  return copy_content(artifact, file.get());
}

}  // namespace

Result<void> save_artifacts(const std::filesystem::path& directory,
                            const std::vector<CollectedArtifact>& artifacts) {
  if (artifacts.empty()) return ok();
  GB_TRY(UniqueFd root, os::open(directory, O_RDONLY | O_DIRECTORY));
  for (const CollectedArtifact& artifact : artifacts) {
    auto saved = save(root.get(), artifact);
    if (saved.has_error()) return std::move(saved).error().with_context("saving what was made");
  }
  return ok();
}

}  // namespace glovebox
