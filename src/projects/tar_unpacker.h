// Unpacks a tar: the POSIX (ustar, pax), GNU and old forms.
//
// It is read here rather than by a library, since a library resolves long names, pax records,
// sparse maps and links before anyone can look at them.
//
// What one tar may hold behind another's end mark (cat, tar -A) is read too, as GNU tar does with
// --ignore-zeros.
#pragma once

#include "base/result.h"
#include "projects/byte_stream.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

// Bounds on what is not a file's content.
inline constexpr std::uint64_t kMaxPaxHeaderBytes = 128 << 10;
inline constexpr std::uint64_t kMaxTarPadding = 1 << 20;  // zeros behind an end

Result<void> unpack_tar(ByteStream& stream, UnpackBudget& budget, TreeWriter& writer);

}  // namespace glovebox
