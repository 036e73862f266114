// EntrySet: the names of a tree while it is put together. It refuses what has two meanings: a name
// that is given twice, a file that is also a folder, and a path that runs through a symbolic link.
// Names that differ in case or in Unicode normalisation are different names, as on any Linux file
// system.
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
  // Bound on the bytes of all paths together. With the number of entries it bounds the memory that
  // an archive can make us spend on names.
  static constexpr std::size_t kMaxPathBytes = 16 << 20;

  // Folders that no entry names but some path runs through are bounded by `max_implied_folders`.
  explicit EntrySet(std::int64_t max_implied_folders) : max_implied_folders_(max_implied_folders) {}

  // Returns the folders that exist from now on, outermost first. A folder may be named any number
  // of times. kUnprocessable, with a message that stands alone.
  Result<std::vector<std::string>> add(const RelativePath& path, EntryKind kind);
  Result<std::vector<std::string>> add_link(const RelativePath& path, std::string target);

  std::optional<EntryKind> kind_of(std::string_view path) const;
  const LinkMap& links() const { return links_; }
  void remove_link(const std::string& path);

  // The one folder at the top that holds everything else; empty: there is none.
  std::string top_folder() const;
  // Folders without anything in them, sorted by path.
  std::vector<std::string> empty_folders() const;

 private:
  Result<void> add_implied_folder(std::string_view path, std::vector<std::string>& made);
  Result<void> count_path(std::size_t bytes);

  std::int64_t max_implied_folders_;
  std::int64_t implied_folders_ = 0;
  std::size_t path_bytes_ = 0;
  struct Node {
    EntryKind kind;
    bool named;  // by an entry of its own
  };
  // Ordered, so that no choice of names makes it slow.
  std::map<std::string, Node, std::less<>> nodes_;
  LinkMap links_;
};

}  // namespace glovebox
