#include <algorithm>
#include <optional>
#include <vector>

#include "projects/zip_records.h"
#include "projects/zip_structure.h"

namespace glovebox {
namespace {

using zip::Bytes;

// The end of the file, as far back as an end record with the longest comment can begin.
struct Tail {
  std::vector<std::uint8_t> bytes;
  std::uint64_t offset = 0;
};

Result<Tail> read_tail(const ArchiveFile& file) {
  std::size_t size = std::min<std::uint64_t>(file.size(), zip::kEndSize + zip::kMax16);
  Tail tail{std::vector<std::uint8_t>(size), file.size() - size};
  GB_TRY_VOID(file.read_at(tail.offset, tail.bytes));
  return tail;
}

// A signature alone may be part of an entry's data. The end record is the one whose comment ends
// with the file, and there must be only one. Its comment must not contain a second one, which some
// programs would find first.
Result<std::size_t> find_end_record(Bytes tail) {
  std::optional<std::size_t> found;
  bool in_comment = false;
  for (std::size_t i = 0; i + zip::kEndSize <= tail.size(); ++i) {
    if (tail[i] != 'P' || zip::u32(tail, i) != zip::kEndSignature) continue;
    bool fits = i + zip::kEndSize + zip::u16(tail, i + 20) == tail.size();
    if (found) in_comment = true;
    if (fits && !found) found = i;
  }
  if (!found) {
    return refuse_archive("the zip has no end record, or bytes follow it: truncated or damaged");
  }
  if (in_comment) return refuse_archive("the zip has two end records");
  return *found;
}

struct EndRecord {
  std::uint64_t disk, central_disk, entries_here, entries, central_size, central_offset;
};

EndRecord end_record(Bytes b) {
  return {zip::u16(b, 4),  zip::u16(b, 6),  zip::u16(b, 8),
          zip::u16(b, 10), zip::u32(b, 12), zip::u32(b, 16)};
}

EndRecord end64_record(Bytes b) {
  return {zip::u32(b, 16), zip::u32(b, 20), zip::u64(b, 24),
          zip::u64(b, 32), zip::u64(b, 40), zip::u64(b, 48)};
}

// Each field of the old record has the same value as in the zip64 record, or is marked as too
// small.
bool agrees(const EndRecord& end, const EndRecord& end64) {
  auto same = [](std::uint64_t old_value, std::uint64_t value, std::uint64_t all_ones) {
    return old_value == value || old_value == all_ones;
  };
  return same(end.disk, end64.disk, zip::kMax16) &&
         same(end.central_disk, end64.central_disk, zip::kMax16) &&
         same(end.entries_here, end64.entries_here, zip::kMax16) &&
         same(end.entries, end64.entries, zip::kMax16) &&
         same(end.central_size, end64.central_size, zip::kMax32) &&
         same(end.central_offset, end64.central_offset, zip::kMax32);
}

// The zip64 record is directly before its locator, which is directly before the end record. Moves
// `end_offset` to the start of the record.
Result<EndRecord> read_end64(const ArchiveFile& file, const EndRecord& end,
                             std::uint64_t& end_offset) {
  constexpr std::uint64_t kBoth = zip::kEnd64Size + zip::kEnd64LocatorSize;
  if (end_offset < kBoth) return refuse_archive("the zip64 end record is missing");
  std::uint8_t bytes[kBoth];
  GB_TRY_VOID(file.read_at(end_offset - kBoth, bytes));
  Bytes record = Bytes(bytes).first(zip::kEnd64Size);
  Bytes locator = Bytes(bytes).subspan(zip::kEnd64Size);
  if (zip::u32(record, 0) != zip::kEnd64Signature || zip::u64(record, 4) != zip::kEnd64Size - 12 ||
      zip::u64(locator, 8) != end_offset - kBoth) {
    return refuse_archive("the zip64 end record is not where the zip says it is");
  }
  if (zip::u32(locator, 4) != 0 || zip::u32(locator, 16) > 1) {
    return refuse_archive("the zip is split over several disks; zip it again as one file");
  }
  EndRecord end64 = end64_record(record);
  if (!agrees(end, end64)) return refuse_archive("the two end records of the zip64 differ");
  end_offset -= kBoth;
  return end64;
}

Result<bool> has_end64(const ArchiveFile& file, std::uint64_t end_offset) {
  if (end_offset < zip::kEnd64LocatorSize) return false;
  std::uint8_t bytes[4];
  GB_TRY_VOID(file.read_at(end_offset - zip::kEnd64LocatorSize, bytes));
  return zip::u32(bytes, 0) == zip::kEnd64LocatorSignature;
}

bool needs_end64(const EndRecord& end) {
  return end.entries == zip::kMax16 || end.central_size == zip::kMax32 ||
         end.central_offset == zip::kMax32;
}

}  // namespace

Result<ZipLayout> read_zip_end(const ArchiveFile& file) {
  GB_TRY(Tail tail, read_tail(file));
  GB_TRY(std::size_t at, find_end_record(tail.bytes));
  EndRecord end = end_record(Bytes(tail.bytes).subspan(at));
  std::uint64_t end_offset = tail.offset + at;
  GB_TRY(bool zip64, has_end64(file, end_offset));
  if (zip64 || needs_end64(end)) {
    GB_TRY(end, read_end64(file, end, end_offset));
  }
  if (end.disk != 0 || end.central_disk != 0 || end.entries_here != end.entries) {
    return refuse_archive("the zip is split over several disks; zip it again as one file");
  }
  if (end.central_offset > end_offset || end.central_size != end_offset - end.central_offset) {
    return refuse_archive(
        "the zip's directory is not where its end record says: the zip is damaged, or data "
        "was added before or after it");
  }
  return ZipLayout{end.entries, end.central_offset, end.central_size};
}

}  // namespace glovebox
