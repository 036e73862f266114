// Finds what a job made or changed, in the upper layer of its overlay
// (Documentation/filesystems/overlayfs of the kernel) or, where it has none, in its copy of the
// project; walked by the slot after every process of the job is dead. Nothing is followed: names
// are opened one component at a time with O_NOFOLLOW, and only regular files with one link are
// handed out.
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
  UniqueFd content;  // for reading
};

// Bounds of a walk. Folders deeper than that, and what is over a bound, are left out and flagged.
inline constexpr int kMaxArtifactDepth = 32;
inline constexpr int kMaxWalkedEntries = 100'000;

// Calls `found` for each, at most kMaxArtifacts times and for `most_bytes` of apparent size
// together (a sparse file counts in full), folder by folder. Returns whether anything but folders
// and overlay's own marks was left out; the Error is that of `found`, which ends the walk. Files
// that are not `is_artifact` are passed over.
Result<bool> walk_artifacts(
    const UniqueFd& folder, ByteCount most_bytes,
    const std::function<Result<void>(FoundArtifact)>& found,
    const std::function<bool(const struct stat&)>& is_artifact = [](const auto&) { return true; });

}  // namespace glovebox
