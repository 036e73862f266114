// Finds what a job made or changed, in the upper layer of its overlay
// (Documentation/filesystems/overlayfs of the kernel) or, where it has none, in its copy of the
// project; walked by the slot after every process of the job is dead. Nothing is followed: names
// are opened one component at a time with O_NOFOLLOW, and only regular files are handed out.
//
// Hard links. A file with several names is handed out only where the walk has met all of them: then
// no name outside the folder refers to the same file.
// A file with a name elsewhere, or beyond a bound of the walk, is left out with all its names.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "base/units.h"

namespace glovebox {

struct FoundArtifact {
  std::string path;  // relative to /work
  std::int64_t size_bytes = 0;
  UniqueFd content;  // for reading; invalid for a further name
  // A hard link: the same file as the one that was handed out just before.
  bool further_name = false;
};

// Bounds of a walk. Folders deeper than that, and what is over a bound, are left out and flagged.
inline constexpr int kMaxArtifactDepth = 32;
inline constexpr int kMaxWalkedEntries = 100'000;

// Calls `found` for each name, at most kMaxArtifacts times and for `most_bytes` of apparent size
// together (a sparse file counts in full, one with several names once), folder by folder; files
// with several names come last, all names of one in a row. Returns whether anything but folders
// and overlay's own marks was left out; the Error is that of `found`, which ends the walk. Files
// that are not `is_artifact` are passed over.
Result<bool> walk_artifacts(
    const UniqueFd& folder, ByteCount most_bytes,
    const std::function<Result<void>(FoundArtifact)>& found,
    const std::function<bool(const struct stat&)>& is_artifact = [](const auto&) { return true; });

}  // namespace glovebox
