#include "projects/tree_hash.h"

#include "base/sha256.h"

namespace glovebox {

std::string tree_sha256(const std::vector<HashedFile>& files,
                        const std::vector<std::string>& empty_folders,
                        const std::vector<ProjectLink>& links) {
  using namespace std::string_view_literals;
  Sha256 hash;
  hash.update("glovebox-tree-1\0"sv);
  for (const auto& [file, content] : files) {
    hash.update(file.executable ? "x "sv : "f "sv);
    hash.update(std::to_string(file.size_bytes) + ' ' + content + ' ' + file.path + '\0');
  }
  for (const std::string& folder : empty_folders) hash.update("d " + folder + '\0');
  for (const ProjectLink& link : links) {
    hash.update("l " + link.path + '\0' + link.target + '\0');
  }
  return hash.finish();
}

}  // namespace glovebox
