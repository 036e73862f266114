#include "projects/unpack_budget.h"

#include <algorithm>
#include <string>

#include "projects/relative_path.h"

namespace glovebox {
namespace {

using std::chrono::steady_clock;
// A configured time, however long, must not overflow the clock's range.
constexpr std::chrono::hours kDay{24};

Error over(std::string message, std::string_view limit, std::uint64_t configured,
           std::uint64_t observed) {
  return Error(ErrorKind::kUnprocessable, std::move(message))
      .with("limit", limit)
      .with("configured", configured)
      .with("observed", observed);
}

Error too_many_entries(std::int64_t limit, std::uint64_t seen) {
  auto most = static_cast<std::uint64_t>(limit);
  // A tar has no directory: counting stops at the first entry over the limit.
  std::string count = seen > most + 1 ? format_count(seen) : "more than " + format_count(most);
  return over("the project has " + count + " files, folders and links; the limit is " +
                  format_count(most) +
                  "; leave out what the tool does not need, such as node_modules or .git",
              "entries", most, seen);
}

Error too_large_file(std::string_view entry, ByteCount limit, std::uint64_t seen) {
  std::string name = shown_entry_name(entry);
  return over("'" + name + "' is larger than " + format_bytes(limit) + ", the limit of a file",
              "fileBytes", limit.bytes(), seen)
      .with("entry", name);
}

}  // namespace

Error refuse_entry(std::string_view entry, std::string_view predicate) {
  std::string name = shown_entry_name(entry);
  return Error(ErrorKind::kUnprocessable, "'" + name + "' " + std::string(predicate))
      .with("entry", name);
}

Error refuse_archive(std::string_view message) {
  return Error(ErrorKind::kUnprocessable, std::string(message));
}

UnpackBudget::UnpackBudget(const ArchiveLimits& limits, std::optional<ByteCount> packed)
    : limits_(limits),
      packed_(packed),
      deadline_(steady_clock::now() + std::min<std::chrono::milliseconds>(limits.time, kDay)) {}

Result<void> UnpackBudget::expect_entries(std::uint64_t count) const {
  if (count > static_cast<std::uint64_t>(limits_.entries)) {
    return too_many_entries(limits_.entries, count);
  }
  return ok();
}

Result<void> UnpackBudget::count_entry() {
  if (++entries_ > limits_.entries) {
    return too_many_entries(limits_.entries, static_cast<std::uint64_t>(entries_));
  }
  return check_time();
}

Result<void> UnpackBudget::expect_file(std::string_view entry, std::uint64_t size) const {
  if (size > limits_.file.bytes()) return too_large_file(entry, limits_.file, size);
  return ok();
}

Result<void> UnpackBudget::expect_total(std::uint64_t size) const {
  if (size > limits_.unpacked.bytes()) {
    return over("the archive unpacks to more than " + format_bytes(limits_.unpacked) +
                    ", which is the limit",
                "unpackedBytes", limits_.unpacked.bytes(), size);
  }
  if (!packed_ || size <= kRatioFloor) return ok();
  auto ratio = static_cast<std::uint64_t>(limits_.ratio);
  std::uint64_t packed = std::max<std::uint64_t>(1, packed_->bytes());
  if (size / ratio < packed || size == ratio * packed) return ok();
  return over("the archive unpacks to more than " + format_count(ratio) +
                  " times its size, which is the limit",
              "ratio", ratio, size / packed);
}

Result<void> UnpackBudget::count_bytes(std::string_view entry, std::uint64_t bytes) {
  file_bytes_ += bytes;
  unpacked_ += bytes;
  GB_TRY_VOID(expect_file(entry, file_bytes_));
  GB_TRY_VOID(expect_total(unpacked_));
  return check_time();
}

Result<void> UnpackBudget::check_time() const {
  auto late = steady_clock::now() - deadline_;
  if (late < steady_clock::duration::zero()) return ok();
  auto limit = static_cast<std::uint64_t>(limits_.time.count());
  auto late_ms = std::chrono::duration_cast<std::chrono::milliseconds>(late).count();
  return over("the archive takes longer than " + format_duration(limits_.time) + " to unpack",
              "timeMs", limit, limit + static_cast<std::uint64_t>(late_ms));
}

}  // namespace glovebox
