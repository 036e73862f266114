// The strict reading of a zip's structure, before a byte is inflated.
//
// Zip has many readings: the central directory, the local headers and the end record each say what
// is where, and programs differ in whom they believe. Here they must all agree, and every byte of
// the file must belong to exactly one thing:
//
//     local header, data [descriptor] … | central directory | [zip64 end] | end record, comment
//
// so nothing precedes, follows, overlaps or hides between entries. What passes can be read in one
// way only; it is the same way for unzip, Python and libarchive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "projects/archive_file.h"
#include "projects/unpack_budget.h"

namespace glovebox {

struct ZipEntry {
  std::string name;      // in UTF-8, separated by '/', folders with a '/' at the end
  bool renamed = false;  // a backslash in its name is kept as %5C
  std::uint16_t flags = 0;
  std::uint16_t method = 0;     // one that can be unpacked
  std::uint32_t unix_mode = 0;  // type and permissions; 0 where the archive has none
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  std::uint64_t local_offset = 0;
  std::uint64_t data_offset = 0;
};

// Where the end record says that things are.
struct ZipLayout {
  std::uint64_t entries = 0;
  std::uint64_t central_offset = 0;
  std::uint64_t central_size = 0;
};

// zip_end.cc: finds the one end record, zip64 or not, and holds it against the file's size.
Result<ZipLayout> read_zip_end(const ArchiveFile& file);

// The entries in the order of their data. Refuses, from the end record alone, more of them than the
// budget has.
Result<std::vector<ZipEntry>> read_zip_structure(const ArchiveFile& file,
                                                 const UnpackBudget& budget);

}  // namespace glovebox
