// EntrySet: the names of a tree while it is put together. It refuses what would be one file on some
// file system and two on another: names given twice, a file that is also a folder, and names equal
// but for case, Unicode normalisation or invisible characters (NFKC_Casefold of UAX #44).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "projects/relative_path.h"

namespace glovebox {

enum class EntryKind { kFile, kFolder };

// One thread.
class EntrySet {
 public:
  // Folders that no entry names but some path runs through are bounded by `max_implied_folders`.
  explicit EntrySet(std::int64_t max_implied_folders) : max_implied_folders_(max_implied_folders) {}

  // Returns the folders that exist from now on, outermost first; a folder may be named once after
  // it was implied. kUnprocessable, with a message that stands alone.
  Result<std::vector<std::string>> add(const RelativePath& path, EntryKind kind);

  // Folders without anything in them, sorted by path.
  std::vector<std::string> empty_folders() const;

 private:
  struct Node {
    std::string path;  // as spelt by the first entry
    EntryKind kind;
    bool named;  // by an entry of its own
    bool has_children;
  };

  Result<void> add_implied_folder(const std::string& key, std::string_view path,
                                  std::vector<std::string>& made);

  std::int64_t max_implied_folders_;
  std::int64_t implied_folders_ = 0;
  // By folded components joined with NUL, which no name holds. Ordered, so that no choice of names
  // makes it slow.
  std::map<std::string, Node> nodes_;
};

}  // namespace glovebox
