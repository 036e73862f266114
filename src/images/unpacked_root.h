// Makes the root that umoci has unpacked fit for jobs: everybody may read it, nothing in it gives
// anybody more rights, and it is within its bounds.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "images/layer_check.h"

namespace glovebox {

struct RootSize {
  std::int64_t bytes = 0;  // of all files, each name of a file with several once
  std::int64_t entries = 0;
};

// Of every folder 0755; of every file read by all, written by its owner, executed by all or nobody.
// Setuid, setgid and sticky bits and extended attributes (file capabilities, those of overlayfs)
// are taken off; devices, pipes and sockets, and the empty files in `devices`, are removed. Follows
// no link. kUnprocessable over the limits.
Result<RootSize> tidy_root(int root, const std::set<std::string>& devices,
                           const ImageLimits& limits, const Interrupted& interrupted);

}  // namespace glovebox
