// UnpackBudget: the remaining limits of one upload. It counts actual bytes, never sizes that an
// archive declares. Every refusal has the limit, its value and the observed value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "projects/project_store.h"

namespace glovebox {

// The refusal of an upload: kUnprocessable, "'ENTRY' PREDICATE", details {entry}.
Error refuse_entry(std::string_view entry, std::string_view predicate);
Error refuse_archive(std::string_view message);

// One thread.
class UnpackBudget {
 public:
  // Below this many unpacked bytes the ratio is not checked, because small text can have a ratio
  // above 100:1.
  static constexpr std::uint64_t kRatioFloor = 10 << 20;

  // `packed` is the size of the archive; none if nothing is packed.
  UnpackBudget(const ArchiveLimits& limits, std::optional<ByteCount> packed);

  const ArchiveLimits& limits() const { return limits_; }

  // For an archive that declares this in advance, so that no work is wasted.
  Result<void> expect_entries(std::uint64_t count) const;
  Result<void> count_entry();
  // Sizes that an archive declares. Too large ones are refused early; actual bytes are still
  // counted.
  Result<void> expect_file(std::string_view entry, std::uint64_t size) const;
  Result<void> expect_total(std::uint64_t size) const;
  void start_file() { file_bytes_ = 0; }
  Result<void> count_bytes(std::string_view entry, std::uint64_t bytes);
  Result<void> check_time() const;

  std::uint64_t unpacked() const { return unpacked_; }

 private:
  ArchiveLimits limits_;
  std::optional<ByteCount> packed_;
  std::chrono::steady_clock::time_point deadline_;
  std::int64_t entries_ = 0;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t unpacked_ = 0;
};

}  // namespace glovebox
