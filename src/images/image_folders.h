// Where things are below images_dir:
//
//   sha256/HEX/      the root of an image, by its digest; never changed once it is there
//   info/HEX.json    what is known of it (ImageInfo)
//   uses/HEX         locked (flock(2)) by each process that needs the root; its time: the last use
//   names/NAME.json  the image that a name stands for (ImageRef)
//   tmp/…/           work under way, each with a file "lock" that its owner has locked
//   lock             locked for the moment in which names, roots or tmp change
//   policy.json      required signatures, see containers-policy.json(5); optional
//
// A root is there only as a whole: it is unpacked in tmp and renamed. A process that is killed
// leaves a folder in tmp that nobody has locked, which the next one removes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

class ImageFolders {
 public:
  // Only remembers the path.
  explicit ImageFolders(std::filesystem::path images_dir) : dir_(std::move(images_dir)) {}

  const std::filesystem::path& dir() const { return dir_; }
  std::filesystem::path roots() const { return dir_ / "sha256"; }
  std::filesystem::path root(std::string_view folder) const { return roots() / folder; }
  std::filesystem::path info(std::string_view folder) const;
  std::filesystem::path use(std::string_view folder) const { return dir_ / "uses" / folder; }
  std::filesystem::path name(std::string_view name) const;
  std::filesystem::path names() const { return dir_ / "names"; }
  std::filesystem::path infos() const { return dir_ / "info"; }
  std::filesystem::path work() const { return dir_ / "tmp"; }
  std::filesystem::path policy() const { return dir_ / "policy.json"; }

  // Makes what is missing; only `work` is for the user alone. kUser where it cannot be made.
  Result<void> make() const;
  bool exist() const;
  // Waits for the others. Released by closing it.
  Result<UniqueFd> lock() const;

 private:
  std::filesystem::path dir_;
};

// Locks an open file; false: another open file has a lock that excludes it. `operation` as for
// flock(2), LOCK_NB is added.
Result<bool> try_flock(const UniqueFd& file, int operation);
// Whether `path` still names the open file.
bool is_same_file(const UniqueFd& file, const std::filesystem::path& path);

}  // namespace glovebox
