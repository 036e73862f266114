// Unpacks a tar: the POSIX (ustar, pax), GNU and old forms.
//
// We do not use a library, because a library resolves long names, pax records, sparse maps and
// links before we can check them.
//
// A tar that follows another's end mark (cat, tar -A) is read too, like GNU tar with
// --ignore-zeros.
#pragma once

#include "base/result.h"
#include "projects/byte_stream.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

// Limits on everything that is not file content.
inline constexpr std::uint64_t kMaxPaxHeaderBytes = 128 << 10;
inline constexpr std::uint64_t kMaxTarPadding = 1 << 20;  // zeros after an end

Result<void> unpack_tar(ByteStream& stream, UnpackBudget& budget, TreeWriter& writer);

}  // namespace glovebox
