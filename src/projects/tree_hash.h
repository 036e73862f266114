// The name of a tree: the SHA-256 of a canonical listing,
//
//     glovebox-tree-1 NUL
//     f|x SIZE SHA256-OF-CONTENT PATH NUL     each file, by path; x if it is executable
//     d PATH NUL                              each empty folder, by path
//     l PATH NUL TARGET NUL                   each symbolic link, by path
//
// with one space between fields, sizes in decimal, paths compared as bytes. Times, owners, other
// mode bits, and the order and format of the archive have no effect. Any thread.
#pragma once

#include <string>
#include <vector>

#include "model/project.h"

namespace glovebox {

struct HashedFile {
  ProjectFile file;
  std::string content_sha256;
};

// All sorted by path.
std::string tree_sha256(const std::vector<HashedFile>& files,
                        const std::vector<std::string>& empty_folders,
                        const std::vector<ProjectLink>& links);

}  // namespace glovebox
