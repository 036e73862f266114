// Finds what a job created or changed, in the upper layer of its overlay
// (Documentation/filesystems/overlayfs of the kernel) or, if there is none, in its copy of the
// project. The slot walks it after every process of the job has ended. It follows no link: names
// are opened one component at a time with O_NOFOLLOW, and only regular files are returned.
//
// Hard links. A file with several names is returned only if the walk has found all of them: then no
// name outside the folder refers to the same file. If a file has a name elsewhere, or a name beyond
// a bound of the walk, all its names are left out.
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
  UniqueFd content;  // for reading; invalid for a hard link
  // A hard link: the same file as the previous one.
  bool further_name = false;
};

// Bounds of a walk. Deeper folders, and everything over a bound, are left out and flagged.
inline constexpr int kMaxArtifactDepth = 32;
inline constexpr int kMaxWalkedEntries = 100'000;

// Calls `found` for each name, at most kMaxArtifacts times and for at most `most_bytes` of apparent
// size in total (a sparse file counts in full, one with several names once), folder by folder.
// Files with several names come last, with all names of one file consecutively. Returns whether
// anything except folders and overlay's own marks was left out. The Error is that of `found`, which
// ends the walk. Files for which `is_artifact` is false are skipped.
Result<bool> walk_artifacts(
    const UniqueFd& folder, ByteCount most_bytes,
    const std::function<Result<void>(FoundArtifact)>& found,
    const std::function<bool(const struct stat&)>& is_artifact = [](const auto&) { return true; });

}  // namespace glovebox
