// TreeWriter: builds one tree in a private folder and hashes it while writing. Unless the tree is
// kept, the folder is removed with the writer, so a refusal leaves nothing behind.
//
// It uses only openat(2) with O_NOFOLLOW, O_EXCL and one component at a time, so no path can lead
// out of the folder. Symbolic links are only noted until the last file is written. Then the names
// alone determine which of them stay inside, and those are created. So nothing can be written
// through a link.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "base/unique_fd.h"
#include "model/project.h"
#include "projects/entry_set.h"
#include "projects/import_warnings.h"
#include "projects/project_store.h"
#include "projects/relative_path.h"
#include "projects/tree_hash.h"
#include "projects/unpack_budget.h"

namespace glovebox {

struct FileMode {
  bool executable = false;
};

// One thread.
class TreeWriter {
 public:
  // Creates a folder with a random name in `parent_fd`, which must outlive the writer, like
  // `budget`.
  static Result<std::unique_ptr<TreeWriter>> create(int parent_fd, UnpackBudget& budget);
  ~TreeWriter();
  TreeWriter(const TreeWriter&) = delete;
  TreeWriter& operator=(const TreeWriter&) = delete;

  Result<void> add_folder(const RelativePath& path);
  // One file at a time: begin, any number of writes, end.
  Result<void> begin_file(const RelativePath& path, FileMode mode);
  Result<void> write(std::span<const std::uint8_t> bytes);
  Result<void> write_zeros(std::uint64_t count);
  Result<void> end_file();
  // `target` in UTF-8. A link with an invalid target is left out, with a warning; a target with a
  // NUL byte is refused.
  Result<void> add_link(const RelativePath& path, std::string target);
  // Copies `of`: a file's content and mode, or a link's target. kNotFound if there is no such file
  // or link yet.
  Result<void> add_copy(const RelativePath& path, const RelativePath& of);

  ImportWarnings& warnings() { return warnings_; }

  // Creates the links and computes the hash. Refuses a tree without a file. After this, use only
  // folder_name() and keep().
  Result<ProjectTree> finish(TopFolder top);
  // The tree's folder, below `parent_fd`.
  const std::string& folder_name() const { return finished_name_; }
  // The folder was moved; the writer must not remove it.
  void keep();

 private:
  TreeWriter(int parent_fd, UnpackBudget& budget, std::string folder_name, UniqueFd root);

  Result<void> make_folders(const std::vector<std::string>& folders);
  Result<void> enter(std::string_view folder);
  Result<void> copy_file(const RelativePath& path, const RelativePath& of);
  Result<std::vector<ProjectLink>> make_links(std::string_view root);

  int parent_fd_;
  UnpackBudget& budget_;
  std::string own_name_;
  std::string finished_name_;
  bool kept_ = false;
  UniqueFd root_;
  // The folder of the last entry, because entries are usually grouped by folder.
  std::string current_folder_;
  UniqueFd current_fd_;

  EntrySet entries_;
  ImportWarnings warnings_;
  std::vector<HashedFile> files_;
  Sha256 content_;
  std::string head_;  // the start of the current file
  UniqueFd file_;
};

}  // namespace glovebox
