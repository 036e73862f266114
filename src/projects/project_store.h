// ProjectStore: uploaded trees on disk, each once, immutable, under the hash of its content.
//
// Layout below the root: trees/SHA256/…, index/SHA256.json (the ProjectTree), incoming/
// (unfinished, swept at open but for what another living store on the same root is at). What the
// hash is made of stands in tree_hash.h; folders without a file are kept and count. Files are 0644
// or 0755, folders 0755, whatever the archive said. A tree holds regular files, folders, and
// symbolic links that stay inside it. The store never follows such a link. Threads: every call may
// block on the disk; any thread, several at a time.
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

// Each is counted on actual bytes, never on what an archive claims.
struct ArchiveLimits {
  ByteCount upload{100ULL << 20};    // the archive itself
  ByteCount unpacked{500ULL << 20};  // all files together
  ByteCount file{100ULL << 20};
  std::int64_t entries = 50'000;  // files, folders and links
  std::int64_t ratio = 100;       // unpacked to packed
  std::chrono::milliseconds time{60'000};
};

class ProjectStore {
 public:
  static Result<std::unique_ptr<ProjectStore>> open(const std::filesystem::path& root,
                                                    const ArchiveLimits& limits);
  virtual ~ProjectStore() = default;

  virtual const ArchiveLimits& limits() const = 0;
  // What a launcher shows its slots: a tree's folder is its hash below this.
  virtual std::filesystem::path trees_dir() const = 0;

  // An unnamed file on the store's disk to stream an upload into; gone when closed.
  virtual Result<UniqueFd> create_upload() = 0;

  // Zip, tar, tar.gz, tar.bz2, tar.xz or tar.zst, told apart by content. A single text file that is
  // no archive becomes a project of that file where `options` has its name. What is left out or
  // changed is in the tree's notes. kUnprocessable, or kPayloadTooLarge for the upload itself, says
  // what is refused and where, with details {entry, limit, configured, observed} as far as they
  // apply; nothing is left behind. The descriptor is read from its start with pread.
  virtual Result<ProjectTree> add_archive(int archive_fd, const ArchiveOptions& options) = 0;
  Result<ProjectTree> add_archive(int archive_fd) { return add_archive(archive_fd, {}); }

  // Copies a directory, hidden files too, but for the store itself if it stands inside. Links and
  // special files are treated as in an archive; all limits hold but upload and ratio.
  virtual Result<ProjectTree> add_directory(const std::filesystem::path& directory) = 0;

  virtual Result<ProjectTree> tree(std::string_view sha256) const = 0;
  // What a tree and its index take on the disk; nothing where it is absent.
  virtual Result<ByteCount> allocated(std::string_view sha256) const = 0;
  // The hashes of all trees that are there.
  virtual Result<std::vector<std::string>> trees() const = 0;
  // One file of a tree for reading; kNotFound for anything that is not a regular file of it.
  virtual Result<UniqueFd> open_file(std::string_view sha256, std::string_view path) const = 0;
  // Removes a tree; absent is fine. The caller sees to it that nobody uses it or has just been
  // given it by add_….
  virtual Result<void> remove(std::string_view sha256) = 0;
};

}  // namespace glovebox
