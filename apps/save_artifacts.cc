#include "save_artifacts.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/new_file.h"
#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kPiece = 1 << 20;

Result<void> copy_content(const CollectedArtifact& artifact, const UniqueFd& content, int to) {
  off_t offset = 0;
  while (offset < artifact.size_bytes) {
    ssize_t n = ::sendfile(to, content.get(), &offset, kPiece);
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "sendfile", artifact.path));
    if (n == 0) return internal_error(artifact.path + " is shorter than it was");
  }
  return ok();
}

Result<void> save(int directory, const CollectedArtifact& artifact, const UniqueFd& content) {
  struct stat info {};
  GB_TRY_VOID(os::check(::fstat(content.get(), &info), "fstat", artifact.path));
  unsigned mode = (info.st_mode & 0100) != 0 ? 0777 : 0666;
  GB_TRY(UniqueFd file, new_file_below(directory, artifact.path, mode));
  return copy_content(artifact, content, file.get());
}

}  // namespace

Result<void> save_artifacts(const std::filesystem::path& directory,
                            const std::vector<CollectedArtifact>& artifacts) {
  if (artifacts.empty()) return ok();
  GB_TRY(UniqueFd root, os::open(directory, O_RDONLY | O_DIRECTORY));
  const UniqueFd* content = nullptr;
  for (const CollectedArtifact& artifact : artifacts) {
    if (!artifact.further_name) content = &artifact.content;
    if (content == nullptr) return internal_error(artifact.path + " is another name of nothing");
    auto saved = save(root.get(), artifact, *content);
    if (saved.has_error()) return std::move(saved).error().with_context("saving what was made");
  }
  return ok();
}

}  // namespace glovebox
