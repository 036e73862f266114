#include "cli/upload_archive.h"

#include <fcntl.h>

#include <filesystem>

#include "base/os.h"
#include "client/pack_directory.h"

namespace glovebox {
namespace {

std::string base_name(const std::string& path) {
  std::filesystem::path normal = std::filesystem::absolute(path).lexically_normal();
  return normal.has_filename() ? normal.filename() : normal.parent_path().filename();
}

}  // namespace

Result<UploadArchive> open_upload(const std::string& path) {
  UploadArchive archive;
  archive.name = base_name(path);
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) {
    // The directory is the project, even if it contains only one folder.
    archive.top = TopFolder::kKept;
    GB_TRY(archive.fd, pack_directory(path, archive.notes));
    return archive;
  }
  auto fd = os::open(path, O_RDONLY);
  if (fd.has_error()) return std::move(fd).error().with_kind(ErrorKind::kUser);
  archive.fd = std::move(fd).value();
  return archive;
}

}  // namespace glovebox
