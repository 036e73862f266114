// Builds archives with arbitrary errors, for tests and fuzzing seeds: each field of each record can
// be set to a wrong value. Bytes are in std::string.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::forge {

std::string le16(std::uint64_t value);
std::string le32(std::uint64_t value);
std::string le64(std::uint64_t value);
std::string deflated(std::string_view content);
std::string gzipped(std::string_view content);
std::uint32_t crc(std::string_view content);

// --- zip

struct ZipRecord {
  std::string name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint32_t packed = 0;
  std::uint32_t unpacked = 0;
  std::string extra;
};

enum class Descriptor { kNone, kPlain, kSigned, kPlain64, kSigned64 };

struct ZipItem {
  ZipRecord local;
  ZipRecord central;
  std::string data;             // as packed
  std::string after;            // between the data and the next entry
  std::uint32_t unix_mode = 0;  // including its type bits
  std::uint8_t host = 3;        // Unix
  std::optional<std::uint32_t> local_offset;
  std::uint16_t disk = 0;
  std::string comment;
};

struct ZipEnd {
  std::uint16_t disk = 0;
  std::uint16_t central_disk = 0;
  std::uint16_t entries_here = 0;
  std::uint16_t entries = 0;
  std::uint32_t central_size = 0;
  std::uint32_t central_offset = 0;
  std::string comment;
};

// A correct entry: stored, deflated, or streamed (deflated, followed by a descriptor).
ZipItem stored(std::string name, std::string content, std::uint32_t mode = 0100644);
ZipItem packed(std::string name, std::string content, std::uint32_t mode = 0100644);
ZipItem streamed(std::string name, std::string content, Descriptor form = Descriptor::kSigned);
ZipItem folder(std::string name);

struct Zip {
  std::string prefix;
  std::vector<ZipItem> items;
  std::string before_central;
  std::string before_end;                             // such as zip64 records
  std::function<void(ZipEnd&)> lie = [](ZipEnd&) {};  // about the end record
  std::string suffix;

  std::string bytes() const;
};

// The zip64 end record and its locator, for a directory that ends where the record begins.
std::string zip64_end(std::uint64_t entries, std::uint64_t central_size,
                      std::uint64_t central_offset);
// A zip of these correct entries.
std::string zip(std::vector<ZipItem> items);

// --- tar

struct TarHeader {
  std::string name;
  char type = '0';
  std::string size;  // as in the field; empty for the correct one
  std::uint32_t mode = 0644;
  std::string link;
  std::string magic = std::string(
      "ustar\0"
      "00",
      8);
  std::string prefix;
};

// A header, the content and its padding.
std::string tar_entry(TarHeader header, std::string_view content = {});
std::string tar_file(std::string name, std::string_view content, std::uint32_t mode = 0644);
std::string pax_record(std::string_view key, std::string_view value);
// A pax header ('x' or 'g') with these records.
std::string pax(std::string_view records, char type = 'x');
std::string gnu_long_name(std::string_view name, char type = 'L');
std::string tar_end();

}  // namespace glovebox::forge
