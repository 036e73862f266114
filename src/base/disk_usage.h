// The disk usage of files, and the free space.
//
// Threads: any. Both may block on the disk, the first for a long time.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

// The blocks of `path` and everything below it. A file with several names counts once per call.
// Follows no link. What does not exist, or disappears meanwhile, counts as 0.
Result<ByteCount> allocated_below(const std::string& path);

struct DiskSpace {
  ByteCount total;
  ByteCount available;          // available to this process
  double inodes_available = 1;  // fraction of all inodes; 1 if the file system does not count them
};
// statvfs(3) of the file system of `path`.
Result<DiskSpace> disk_space(const std::string& path);

}  // namespace glovebox
