// Strict parsing of a zip's structure, before any data is inflated.
//
// A zip can be interpreted in several ways: the central directory, the local headers and the end
// record each describe the layout, and programs differ in which they use. Here they must all agree,
// and every byte of the file must belong to exactly one part:
//
//     local header, data [descriptor] … | central directory | [zip64 end] | end record, comment
//
// so nothing precedes, follows, overlaps or is hidden between entries. An accepted zip has only one
// interpretation, which unzip, Python and libarchive share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "projects/archive_file.h"
#include "projects/unpack_budget.h"

namespace glovebox {

struct ZipEntry {
  std::string name;      // in UTF-8, separated by '/', with a '/' at the end for a folder
  bool renamed = false;  // a backslash in its name is stored as %5C
  std::uint16_t flags = 0;
  std::uint16_t method = 0;     // a supported method
  std::uint32_t unix_mode = 0;  // type and permissions; 0 if the archive has none
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  std::uint64_t local_offset = 0;
  std::uint64_t data_offset = 0;
};

// The layout according to the end record.
struct ZipLayout {
  std::uint64_t entries = 0;
  std::uint64_t central_offset = 0;
  std::uint64_t central_size = 0;
};

// zip_end.cc: finds the only end record, zip64 or not, and checks it against the file's size.
Result<ZipLayout> read_zip_end(const ArchiveFile& file);

// The entries in the order of their data. If the end record has more entries than the budget,
// refuses the zip immediately.
Result<std::vector<ZipEntry>> read_zip_structure(const ArchiveFile& file,
                                                 const UnpackBudget& budget);

}  // namespace glovebox
