// ProjectStore: uploaded trees on disk. Each is stored once, immutable, under the hash of its
// content.
//
// Layout below the root: trees/SHA256/…, index/SHA256.json (the ProjectTree), incoming/ (unfinished
// trees; opening removes those of dead processes). tree_hash.h defines the hash. Empty folders are
// kept and count. Files have mode 0644 or 0755, folders 0755, whatever the archive has. A tree
// contains regular files, folders, and symbolic links that stay inside it. The store never follows
// such a link. Threads: every call may block on the disk; any thread, concurrently.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "base/units.h"
#include "model/project.h"

namespace glovebox {

// The limits apply to actual bytes, never to sizes that an archive declares.
struct ArchiveLimits {
  ByteCount upload{100ULL << 20};    // the archive itself
  ByteCount unpacked{500ULL << 20};  // all files together
  ByteCount file{100ULL << 20};
  std::int64_t entries = 50'000;  // files, folders and links
  std::int64_t ratio = 100;       // unpacked size divided by packed size
  std::chrono::milliseconds time{60'000};
};

class ProjectStore {
 public:
  static Result<std::unique_ptr<ProjectStore>> open(const std::filesystem::path& root,
                                                    const ArchiveLimits& limits);
  virtual ~ProjectStore() = default;

  virtual const ArchiveLimits& limits() const = 0;
  // The folder that a launcher shows to its slots. A tree's folder below it is named by its hash.
  virtual std::filesystem::path trees_dir() const = 0;

  // An unnamed file on the store's disk for an incoming upload; deleted when closed.
  virtual Result<UniqueFd> create_upload() = 0;

  // Zip, tar, tar.gz, tar.bz2, tar.xz or tar.zst, detected from the content. A single text file
  // that is not an archive becomes a project with that file, if `options` has its name. The tree's
  // notes list what was left out or changed. kUnprocessable, or kPayloadTooLarge for the upload
  // itself, says what was refused and where, with details {entry, limit, configured, observed} as
  // applicable; nothing is left behind. Reads the descriptor from its start with pread.
  virtual Result<ProjectTree> add_archive(int archive_fd, const ArchiveOptions& options) = 0;
  Result<ProjectTree> add_archive(int archive_fd) { return add_archive(archive_fd, {}); }

  // Copies a directory, including hidden files, except the store itself if it is inside. Links and
  // special files are treated as in an archive. All limits apply, except those on upload and ratio.
  virtual Result<ProjectTree> add_directory(const std::filesystem::path& directory) = 0;

  virtual Result<ProjectTree> tree(std::string_view sha256) const = 0;
  // The disk usage of a tree and its index; nothing if it does not exist.
  virtual Result<ByteCount> allocated(std::string_view sha256) const = 0;
  // The hashes of all existing trees.
  virtual Result<std::vector<std::string>> trees() const = 0;
  // Opens a file of a tree for reading; kNotFound for anything that is not a regular file in it.
  virtual Result<UniqueFd> open_file(std::string_view sha256, std::string_view path) const = 0;
  // Removes a tree; no error if it does not exist. The caller ensures that nobody uses it or has
  // just received it from add_….
  virtual Result<void> remove(std::string_view sha256) = 0;
};

}  // namespace glovebox
