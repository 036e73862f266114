// ImageCatalog: the images that tools may run in, as the server sees them. It changes only the time
// of last use.
//
// Threads: one. Each call reads a small file or two.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "images/image_folders.h"
#include "images/image_names.h"

namespace glovebox {

// While it lives, the root of an image stays where it is, whatever its name stands for by then.
class ImageLease {
 public:
  explicit ImageLease(UniqueFd lock) : lock_(std::move(lock)) {}
  // Notes a use. Another user's file keeps its time, which is only told to people.
  void note_use() const;

 private:
  UniqueFd lock_;
};
using ImageLeasePtr = std::shared_ptr<const ImageLease>;

class ImageCatalog {
 public:
  explicit ImageCatalog(std::filesystem::path images_dir) : folders_(std::move(images_dir)) {}

  struct Image {
    ImageRef id;
    ImageInfo info;
    std::string folder;  // SandboxSpec::root
    UniqueFd root;       // O_PATH
  };
  // kNotFound with what to do, where there is no image of that name. The pointer is valid until the
  // next call.
  Result<const Image*> find(std::string_view name);

  // Notes the use. kConflict where the image is being removed. Leases of one image are one object.
  Result<ImageLeasePtr> lease(const std::string& folder);

  const ImageFolders& folders() const { return folders_; }

 private:
  struct Known {
    Image image;
    std::int64_t device = 0, inode = 0, changed_ns = 0;  // of the file of its name
  };
  Result<Image> read(std::string_view name) const;

  ImageFolders folders_;
  std::map<std::string, Known, std::less<>> known_;  // as many as manifests name
  std::map<std::string, std::weak_ptr<const ImageLease>> leases_;
};

}  // namespace glovebox
