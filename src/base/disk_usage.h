// What files take on a disk, and what is left of it.
//
// Threads: any; both may block on the disk, the first for long.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

// The blocks of all that lies below `path` and of `path` itself, a file with several names once for
// each. Nothing is followed. What is absent, or goes meanwhile, takes nothing.
Result<ByteCount> allocated_below(const std::string& path);

struct DiskSpace {
  ByteCount total;
  ByteCount available;          // to this process
  double inodes_available = 1;  // share of all; 1 where the file system does not count them
};
// statvfs(3) of the file system that `path` lies on.
Result<DiskSpace> disk_space(const std::string& path);

}  // namespace glovebox
