// Project: an uploaded tree of files, immutable, stored once under the hash of its content.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"

namespace glovebox {

struct ProjectFile {
  std::string path;  // relative, '/' between components, no "." or ".."
  std::int64_t size_bytes = 0;
  bool executable = false;
  bool operator==(const ProjectFile&) const = default;
};

// What storing a tree yields. The same files give the same hash.
struct ProjectTree {
  std::string sha256;              // lower-case hex; also the tree's folder in the store
  std::vector<ProjectFile> files;  // sorted by path
  std::int64_t total_bytes = 0;
};

struct Project {
  ProjectId id;
  ClientId owner;
  std::string name;  // as uploaded, cleaned for display
  std::string sha256;
  std::int64_t file_count = 0;
  std::int64_t total_bytes = 0;
  WallTime created_at;
  WallTime expires_at;
};

}  // namespace glovebox
