// An open directory stream of opendir(3) or fdopendir(3), closed by its owner.
#pragma once

#include <dirent.h>

#include <memory>

namespace glovebox {

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using DirStream = std::unique_ptr<DIR, CloseDir>;

}  // namespace glovebox
