#include "projects/zip_structure.h"

#include <algorithm>

#include "projects/entry_name.h"
#include "projects/name_text.h"
#include "projects/relative_path.h"
#include "projects/zip_records.h"

namespace glovebox {
namespace {

using zip::Bytes;

// A name of 1024 bytes; each byte may become three in UTF-8.
constexpr std::size_t kMaxNameBytes = 3 * RelativePath::kMaxBytes;

struct CentralEntry {
  ZipEntry entry;
  std::string raw_name;  // the header's own bytes
  bool is_cp437 = false;
  std::uint64_t record_size = 0;
};

Result<std::vector<std::uint8_t>> read_block(const ArchiveFile& file, std::uint64_t offset,
                                             std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  GB_TRY_VOID(file.read_at(offset, bytes));
  return bytes;
}

std::string text(Bytes bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

struct Method {
  std::uint16_t number;
  std::string_view name;
};
// The methods of APPNOTE 4.4.5 that programs have used.
constexpr Method kForeignMethods[] = {{1, "Shrink"}, {6, "Implode"}, {9, "Deflate64"},
                                      {14, "LZMA"},  {96, "JPEG"},   {97, "WavPack"},
                                      {98, "PPMd"}};

Result<void> check_method(const std::string& name, std::uint16_t method) {
  switch (method) {
    case zip::kStored:
    case zip::kDeflated:
    case zip::kBzip2:
    case zip::kZstdOld:
    case zip::kZstd:
    case zip::kXz:
      return ok();
    default:
      break;
  }
  std::string what = "method " + std::to_string(method);
  for (const Method& foreign : kForeignMethods) {
    if (foreign.number == method) what += " (" + std::string(foreign.name) + ")";
  }
  bool explorer = method == 9;
  return refuse_entry(name, "is packed with " + what + ", which is not supported; zip it again " +
                                (explorer ? "with Deflate, for example with 7-Zip; Explorer "
                                            "uses Deflate64 for files of more than 2 GiB"
                                          : "with Deflate, the default of most programs"));
}

Result<void> check_supported(const std::string& name, const zip::CentralHeader& header) {
  constexpr auto kAnyEncryption = zip::kEncrypted | zip::kStronglyEncrypted | zip::kMaskedHeaders;
  if ((header.flags & kAnyEncryption) != 0 || header.method == zip::kAesEncrypted) {
    return refuse_entry(name, "is encrypted; zip it again without a password");
  }
  if (header.flags & zip::kPatched) return refuse_entry(name, "is a patch, not a file");
  GB_TRY_VOID(check_method(name, header.method));
  if (header.disk != 0) {
    return refuse_archive("the zip is split over several disks; zip it again as one file");
  }
  if (header.method == zip::kStored && header.packed != header.unpacked) {
    return refuse_entry(name, "is stored without compression but has two different sizes");
  }
  return ok();
}

Result<CentralEntry> read_central_entry(const ArchiveFile& file, std::uint64_t offset,
                                        std::uint64_t left) {
  std::uint8_t fixed[zip::kCentralSize];
  if (left < sizeof fixed) return refuse_archive("the zip's directory ends too early");
  GB_TRY_VOID(file.read_at(offset, fixed));
  if (zip::u32(fixed, 0) != zip::kCentralSignature) {
    return refuse_archive("the zip's directory is damaged");
  }
  zip::CentralHeader header = zip::central_header(fixed);
  std::uint64_t size = sizeof fixed + header.name_size + header.extra_size + header.comment_size;
  if (size > left) return refuse_archive("the zip's directory ends too early");
  GB_TRY(auto variable,
         read_block(file, offset + sizeof fixed, header.name_size + header.extra_size));
  Bytes name = Bytes(variable).first(header.name_size);
  GB_TRY(zip::Extra extra, zip::extra_blocks(Bytes(variable).subspan(header.name_size)));
  CentralEntry central;
  central.raw_name = text(name);
  central.record_size = size;
  if (header.name_size > kMaxNameBytes) {
    return refuse_entry(text(name.first(100)), "has a name of more than 3072 bytes");
  }
  zip::Name effective = zip::effective_name(name, extra.unicode_path, header.flags);
  central.is_cp437 = effective.is_cp437;
  std::string shown = std::move(effective.text);
  if (!zip::apply_zip64(header, extra.zip64)) {
    return refuse_entry(shown, "lacks its zip64 sizes");
  }
  GB_TRY_VOID(check_supported(shown, header));
  central.entry = {.name = std::move(shown),
                   .flags = header.flags,
                   .method = header.method,
                   .unix_mode = header.external_attributes >> 16,
                   .crc = header.crc,
                   .packed = header.packed,
                   .unpacked = header.unpacked,
                   .local_offset = header.local_offset};
  return central;
}

Result<std::vector<CentralEntry>> read_central_directory(const ArchiveFile& file,
                                                         const ZipLayout& layout,
                                                         const UnpackBudget& budget) {
  std::vector<CentralEntry> entries;
  std::uint64_t offset = layout.central_offset;
  std::uint64_t left = layout.central_size;
  for (std::uint64_t i = 0; i < layout.entries; ++i) {
    GB_TRY_VOID(budget.check_time());
    GB_TRY(CentralEntry central, read_central_entry(file, offset, left));
    offset += central.record_size;
    left -= central.record_size;
    entries.push_back(std::move(central));
  }
  if (left != 0) return refuse_archive("the zip's directory holds more than its end record says");
  return entries;
}

bool has(const std::vector<CentralEntry>& entries, char character) {
  return std::any_of(entries.begin(), entries.end(), [&](const CentralEntry& central) {
    return central.entry.name.find(character) != std::string::npos;
  });
}

// After names were compared with the local headers: converts code page 437 to UTF-8. If no name has
// a slash, backslashes are separators (Windows PowerShell's Compress-Archive, old .NET). If any
// name has one, a backslash is part of a name: of a Unix file, or half of a Japanese or Chinese
// character.
void decode_names(std::vector<CentralEntry>& entries) {
  bool backslashes = has(entries, '\\');
  bool separators = backslashes && !has(entries, '/');
  for (CentralEntry& central : entries) {
    std::string& name = central.entry.name;
    if (separators) std::replace(name.begin(), name.end(), '\\', '/');
    std::size_t size = name.size();
    if (central.is_cp437) {
      name = percent_encode_trail_backslashes(name);
      central.entry.renamed = name.size() != size;
      name = utf8_from_cp437(name);
    }
    if (name.find('\\') == std::string::npos || !is_utf8(name)) continue;
    size = name.size();
    name = unix_entry_name(name);
    central.entry.renamed |= name.size() != size;
  }
}

// A streaming writer knows sizes and CRC only after the data and writes zeros before it.
bool says_same(const zip::Header& local, std::uint64_t local_value, std::uint64_t value) {
  return local_value == value || ((local.flags & zip::kHasDescriptor) != 0 && local_value == 0);
}

const char* local_difference(const zip::Header& local, const ZipEntry& entry) {
  constexpr std::uint16_t kMeaning = zip::kEncrypted | zip::kHasDescriptor | zip::kPatched |
                                     zip::kStronglyEncrypted | zip::kUtf8 | zip::kMaskedHeaders;
  if (local.method != entry.method) return "method";
  if ((local.flags & kMeaning) != (entry.flags & kMeaning)) return "flags";
  if (!says_same(local, local.crc, entry.crc)) return "checksum";
  if (!says_same(local, local.packed, entry.packed)) return "packed size";
  if (!says_same(local, local.unpacked, entry.unpacked)) return "size";
  return nullptr;
}

Error unlike(const ZipEntry& entry, std::string_view what) {
  return refuse_entry(entry.name, "has one " + std::string(what) +
                                      " in the zip's directory and another at its data");
}

Result<void> check_local_header(const ArchiveFile& file, CentralEntry& central, std::uint64_t end) {
  ZipEntry& entry = central.entry;
  std::uint8_t fixed[zip::kLocalSize];
  if (end - entry.local_offset < sizeof fixed) {
    return refuse_entry(entry.name, "overlaps what follows it");
  }
  GB_TRY_VOID(file.read_at(entry.local_offset, fixed));
  if (zip::u32(fixed, 0) != zip::kLocalSignature) {
    return refuse_entry(entry.name, "is not where the zip's directory says");
  }
  zip::Header local = zip::local_header(fixed);
  std::uint64_t data = entry.local_offset + sizeof fixed + local.name_size + local.extra_size;
  if (data > end) return refuse_entry(entry.name, "overlaps what follows it");
  GB_TRY(auto variable,
         read_block(file, entry.local_offset + sizeof fixed, local.name_size + local.extra_size));
  Bytes name = Bytes(variable).first(local.name_size);
  GB_TRY(zip::Extra extra, zip::extra_blocks(Bytes(variable).subspan(local.name_size)));
  if (text(name) != central.raw_name ||
      zip::effective_name(name, extra.unicode_path, entry.flags).text != entry.name) {
    return unlike(entry, "name");
  }
  if (!zip::apply_zip64(local, extra.zip64)) {
    return refuse_entry(entry.name, "lacks its zip64 sizes");
  }
  if (const char* what = local_difference(local, entry)) return unlike(entry, what);
  entry.data_offset = data;
  return ok();
}

// A data descriptor has a signature or none, and sizes of 32 or 64 bits. Its form follows from the
// available room, which it must fill exactly.
Result<void> check_descriptor(const ArchiveFile& file, const ZipEntry& entry, std::uint64_t begin,
                              std::uint64_t end) {
  std::uint64_t size = end - begin;
  if (size != 12 && size != 16 && size != 20 && size != 24) {
    return refuse_entry(entry.name, "has a data descriptor of the wrong size");
  }
  std::uint8_t bytes[24];
  GB_TRY_VOID(file.read_at(begin, std::span(bytes).first(size)));
  Bytes fields = Bytes(bytes).first(size);
  if (size == 16 || size == 24) {
    if (zip::u32(fields, 0) != zip::kDescriptorSignature) {
      return refuse_entry(entry.name, "has a damaged data descriptor");
    }
    fields = fields.subspan(4);
  }
  bool wide = fields.size() == 20;
  std::uint64_t packed = wide ? zip::u64(fields, 4) : zip::u32(fields, 4);
  std::uint64_t unpacked = wide ? zip::u64(fields, 12) : zip::u32(fields, 8);
  if (zip::u32(fields, 0) != entry.crc) return unlike(entry, "checksum");
  if (packed != entry.packed || unpacked != entry.unpacked) return unlike(entry, "size");
  return ok();
}

// `end` is the start of the next entry or of the directory.
Result<void> check_extent(const ArchiveFile& file, CentralEntry& central, std::uint64_t end) {
  GB_TRY_VOID(check_local_header(file, central, end));
  const ZipEntry& entry = central.entry;
  if (entry.packed > end - entry.data_offset) {
    return refuse_entry(entry.name, "overlaps what follows it");
  }
  std::uint64_t data_end = entry.data_offset + entry.packed;
  if (entry.flags & zip::kHasDescriptor) return check_descriptor(file, entry, data_end, end);
  if (data_end != end) return refuse_entry(entry.name, "is followed by bytes of no entry");
  return ok();
}

}  // namespace

Result<std::vector<ZipEntry>> read_zip_structure(const ArchiveFile& file,
                                                 const UnpackBudget& budget) {
  GB_TRY(ZipLayout layout, read_zip_end(file));
  GB_TRY_VOID(budget.expect_entries(layout.entries));
  GB_TRY(std::vector<CentralEntry> centrals, read_central_directory(file, layout, budget));
  std::sort(centrals.begin(), centrals.end(), [](const CentralEntry& a, const CentralEntry& b) {
    return a.entry.local_offset < b.entry.local_offset;
  });
  if (!centrals.empty() && centrals.front().entry.local_offset != 0) {
    return refuse_archive("there is data before the zip's first entry");
  }
  std::vector<ZipEntry> entries;
  entries.reserve(centrals.size());
  for (std::size_t i = 0; i < centrals.size(); ++i) {
    GB_TRY_VOID(budget.check_time());
    std::uint64_t end =
        i + 1 < centrals.size() ? centrals[i + 1].entry.local_offset : layout.central_offset;
    if (end < centrals[i].entry.local_offset) {
      return refuse_entry(centrals[i].entry.name, "is located after the zip's directory");
    }
    GB_TRY_VOID(check_extent(file, centrals[i], end));
  }
  decode_names(centrals);
  for (CentralEntry& central : centrals) entries.push_back(std::move(central.entry));
  return entries;
}

}  // namespace glovebox
