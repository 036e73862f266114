// The ProjectStore on a local file system. See project_store.h for the contract.
#pragma once

#include <mutex>
#include <string>

#include "projects/incoming.h"
#include "projects/project_store.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

// A tree is published with one rename, after its index, so a tree without an index is never
// visible. Nothing is synced: after a power failure names may exist without their content.
// Therefore, when the same files are stored again, the existing tree is checked against its index
// and replaced if damaged.
class DiskProjectStore final : public ProjectStore {
 public:
  // The folders below a root; `root_fd` is the root itself.
  struct Folders {
    std::filesystem::path root;
    UniqueFd root_fd;
    UniqueFd trees;
    UniqueFd index;
    std::unique_ptr<Incoming> incoming;
  };
  DiskProjectStore(Folders folders, const ArchiveLimits& limits)
      : folders_(std::move(folders)), limits_(limits) {}

  const ArchiveLimits& limits() const override { return limits_; }
  std::filesystem::path trees_dir() const override { return folders_.root / "trees"; }
  Result<UniqueFd> create_upload() override;
  using ProjectStore::add_archive;
  Result<ProjectTree> add_archive(int archive_fd, const ArchiveOptions& options) override;
  Result<ProjectTree> add_directory(const std::filesystem::path& directory) override;
  Result<ProjectTree> tree(std::string_view sha256) const override;
  Result<ByteCount> allocated(std::string_view sha256) const override;
  Result<std::vector<std::string>> trees() const override;
  Result<UniqueFd> open_file(std::string_view sha256, std::string_view path) const override;
  Result<void> remove(std::string_view sha256) override;

 private:
  Result<ProjectTree> unpack(int archive_fd, const ArchiveOptions& options);
  Result<ProjectTree> publish(TreeWriter& writer, TopFolder top);
  Result<void> write_index(const ProjectTree& tree);
  bool is_sound(const ProjectTree& tree) const;
  Result<void> retire(const std::string& sha256);

  Folders folders_;
  ArchiveLimits limits_;
  std::mutex publishing_;  // trees/ and index/ change together
};

}  // namespace glovebox
