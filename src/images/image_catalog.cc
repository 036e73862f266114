#include "images/image_catalog.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxRecord = 128 << 10;

Error no_image(std::string_view name) {
  return not_found(
      fmt::format("the image \"{0}\" is not on this machine; fetch it with: glovebox image pull "
                  "docker://… --name {0}",
                  name));
}

}  // namespace

void ImageLease::note_use() const {
  (void)::futimens(lock_.get(), nullptr);
}

Result<ImageCatalog::Image> ImageCatalog::read(std::string_view name) const {
  Result<std::string> record = os::read_file(folders_.name(name), kMaxRecord);
  if (record.has_error()) {
    if (record.error().errno_value() == ENOENT) return no_image(name);
    return record.error();
  }
  Image image;
  GB_TRY(image.id, decode_image_ref(*record));
  image.folder = folder_of_digest(image.id.digest);
  Result<UniqueFd> root = os::open(folders_.root(image.folder), O_PATH | O_DIRECTORY);
  if (root.has_error()) {
    return not_found(
        fmt::format("the files of the image \"{}\" ({}) are gone; pull it again: glovebox image "
                    "pull {} --name {}",
                    name, image.id.digest, image.id.ref, name));
  }
  image.root = std::move(*root);
  GB_TRY(std::string info, os::read_file(folders_.info(image.folder), kMaxRecord));
  GB_TRY(image.info, decode_image_info(info));
  return image;
}

Result<const ImageCatalog::Image*> ImageCatalog::find(std::string_view name) {
  struct stat status;
  if (::stat(folders_.name(name).c_str(), &status) != 0) {
    int why = errno;
    known_.erase(std::string(name));
    if (why == ENOENT) return no_image(name);
    return Error::from_errno("stat", folders_.name(name).native(), why);
  }
  std::int64_t changed = status.st_mtim.tv_sec * 1'000'000'000L + status.st_mtim.tv_nsec;
  auto known = known_.find(name);
  bool same = known != known_.end() && known->second.inode == std::int64_t(status.st_ino) &&
              known->second.device == std::int64_t(status.st_dev) &&
              known->second.changed_ns == changed &&
              is_same_file(known->second.image.root, folders_.root(known->second.image.folder));
  if (same) return &known->second.image;
  if (known != known_.end()) known_.erase(known);
  GB_TRY(Image image, read(name));
  Known made{std::move(image), std::int64_t(status.st_dev), std::int64_t(status.st_ino), changed};
  return &known_.emplace(std::string(name), std::move(made)).first->second.image;
}

Result<ImageLeasePtr> ImageCatalog::lease(const std::string& folder) {
  std::erase_if(leases_, [](const auto& entry) { return entry.second.expired(); });
  auto known = leases_.find(folder);
  ImageLeasePtr lease = known == leases_.end() ? nullptr : known->second.lock();
  if (lease) {
    lease->note_use();
    return lease;
  }
  Error gone(ErrorKind::kConflict, fmt::format("the image sha256:{} is being removed", folder));
  Result<UniqueFd> file = os::open(folders_.use(folder), O_RDONLY);
  if (file.has_error()) {
    return file.error().errno_value() == ENOENT ? std::move(gone) : std::move(file).error();
  }
  GB_TRY(bool locked, try_flock(*file, LOCK_SH));
  struct stat status;
  bool there = locked && is_same_file(*file, folders_.use(folder)) &&
               ::stat(folders_.root(folder).c_str(), &status) == 0;
  if (!there) return gone;
  lease = std::make_shared<const ImageLease>(std::move(*file));
  lease->note_use();
  leases_[folder] = lease;
  return lease;
}

}  // namespace glovebox
