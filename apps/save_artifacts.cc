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
    if (n == 0) return internal_error(artifact.path + " became shorter");
  }
  return ok();
}

Result<void> save_one(int directory, const CollectedArtifact& artifact, const UniqueFd& content) {
  struct stat info {};
  GB_TRY_VOID(os::check(::fstat(content.get(), &info), "fstat", artifact.path));
  unsigned mode = (info.st_mode & 0100) != 0 ? 0777 : 0666;
  GB_TRY(UniqueFd file, new_file_below(directory, artifact.path, mode));
  return copy_content(artifact, content, file.get());
}

}  // namespace

Result<void> ArtifactSaver::save(std::vector<CollectedArtifact> batch) {
  if (saved_.has_value()) saved_ = save_all(std::move(batch));
  return saved_;
}

Result<void> ArtifactSaver::save_all(std::vector<CollectedArtifact> batch) {
  if (batch.empty()) return ok();
  GB_TRY(UniqueFd root, os::open(directory_, O_RDONLY | O_DIRECTORY));
  for (CollectedArtifact& artifact : batch) {
    if (!artifact.further_name) last_ = std::move(artifact.content);
    if (!last_.valid())
      return internal_error(artifact.path + " is a hard link to a missing artifact");
    auto saved = save_one(root.get(), artifact, last_);
    if (saved.has_error()) return std::move(saved).error().with_context("saving the artifacts");
  }
  return ok();
}

}  // namespace glovebox
