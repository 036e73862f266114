// EntrySet: the names of a tree while it is built. It refuses ambiguous names: a duplicate, a file
// that is also a folder, and a path through a symbolic link. Names that differ in case or in
// Unicode normalisation are different, as on any Linux file system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projects/relative_path.h"

namespace glovebox {

enum class EntryKind { kFile, kFolder, kLink };

// Symbolic links by path, with their targets.
using LinkMap = std::map<std::string, std::string, std::less<>>;

// One thread.
class EntrySet {
 public:
  // The limit on the bytes of all paths together. With the limit on entries it bounds the memory
  // that an archive can use for names.
  static constexpr std::size_t kMaxPathBytes = 16 << 20;

  // `max_implied_folders` bounds the folders that no entry names but some path contains.
  explicit EntrySet(std::int64_t max_implied_folders) : max_implied_folders_(max_implied_folders) {}

  // Returns the folders that are new, outermost first. A folder may be named any number of times.
  // kUnprocessable, with a complete message.
  Result<std::vector<std::string>> add(const RelativePath& path, EntryKind kind);
  Result<std::vector<std::string>> add_link(const RelativePath& path, std::string target);

  std::optional<EntryKind> kind_of(std::string_view path) const;
  const LinkMap& links() const { return links_; }
  void remove_link(const std::string& path);

  // The single top folder that contains everything else; empty if there is none.
  std::string top_folder() const;
  // Empty folders, sorted by path.
  std::vector<std::string> empty_folders() const;

 private:
  Result<void> add_implied_folder(std::string_view path, std::vector<std::string>& made);
  Result<void> count_path(std::size_t bytes);

  std::int64_t max_implied_folders_;
  std::int64_t implied_folders_ = 0;
  std::size_t path_bytes_ = 0;
  struct Node {
    EntryKind kind;
    bool named;  // has its own entry
  };
  // Ordered, so that no choice of names makes it slow.
  std::map<std::string, Node, std::less<>> nodes_;
  LinkMap links_;
};

}  // namespace glovebox
