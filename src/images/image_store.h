// ImageStore: what `glovebox image` changes. Every function may be called by several processes at a
// time, and may be killed at any moment: names, records and roots change by renames.
//
// Threads: one. Calls block on the disk.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "images/image_folders.h"
#include "images/image_names.h"
#include "images/program.h"

namespace glovebox {

struct NamedImage {
  std::string name;
  ImageRef id;
  ImageInfo info;
  std::optional<WallTime> last_used;  // none: never
};

class ImageStore {
 public:
  // Makes the folders, and removes what killed processes and moved names have left.
  static Result<ImageStore> open(std::filesystem::path images_dir);

  const ImageFolders& folders() const { return folders_; }
  // By name. One whose record is damaged is left out.
  Result<std::vector<NamedImage>> list() const;
  Result<ImageRef> get(const std::string& name) const;  // kNotFound names near misses
  // Whether its root is there; then `info` is what is recorded.
  bool has_root(const std::string& digest) const;

  // Moves a root that was unpacked to its place. Call this and set_name() with the folders locked.
  Result<void> add_root(const std::filesystem::path& unpacked, const ImageInfo& info) const;
  // From now on the name stands for that root, which must be there.
  Result<void> set_name(const std::string& name, const ImageRef& ref) const;

  enum class Removal { kIfUnused, kForced };
  // kConflict where a job that waits or runs has it, unless forced: then the name goes at once,
  // `waits` is called, and its files go when the last of those jobs has ended. Interrupted before
  // that, the next open() removes them.
  Result<void> remove(const std::string& name, Removal removal, const Interrupted& interrupted,
                      const std::function<void()>& waits) const;

  // Removes roots and records that no name stands for, and no job has.
  Result<void> collect() const;

 private:
  explicit ImageStore(ImageFolders folders) : folders_(std::move(folders)) {}
  std::vector<std::string> names() const;
  std::vector<std::string> files_in(const std::filesystem::path& folder) const;
  Result<bool> is_named(const std::string& folder) const;
  Result<bool> discard(const std::string& folder) const;

  ImageFolders folders_;
};

}  // namespace glovebox
