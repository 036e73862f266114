// ImageWork: a folder below tmp for work under way, removed at its end. Of a process that was
// killed it stays, without its lock, until the next process sweeps.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "images/image_folders.h"
#include "images/program.h"

namespace glovebox {

class ImageWork {
 public:
  // The empty folder of that name. Two do not have the same one at a time: waits until the other
  // is done, and calls `waits` once before. kUser where interrupted.
  static Result<ImageWork> begin(const ImageFolders& folders, const std::string& name,
                                 const Interrupted& interrupted,
                                 const std::function<void()>& waits);
  // With a name of its own.
  static Result<ImageWork> begin(const ImageFolders& folders);
  ImageWork(ImageWork&& other) noexcept;
  ImageWork& operator=(ImageWork&&) = delete;
  ~ImageWork();

  const std::filesystem::path& path() const { return path_; }

  // Removes what nobody works on any more.
  static Result<void> sweep(const ImageFolders& folders);

 private:
  ImageWork(std::filesystem::path path, UniqueFd lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  UniqueFd lock_;
};

// A whole tree, also of folders that their owner may not read. Follows no link.
Result<void> remove_image_tree(const std::filesystem::path& path);

}  // namespace glovebox
