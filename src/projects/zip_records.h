// The records of a zip (APPNOTE.TXT 6.3.10), decoded field by field without validation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace glovebox::zip {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kDescriptorSignature = 0x08074b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;
inline constexpr std::uint32_t kEnd64Signature = 0x06064b50;
inline constexpr std::uint32_t kEnd64LocatorSignature = 0x07064b50;

inline constexpr std::size_t kLocalSize = 30;
inline constexpr std::size_t kCentralSize = 46;
inline constexpr std::size_t kEndSize = 22;
inline constexpr std::size_t kEnd64Size = 56;
inline constexpr std::size_t kEnd64LocatorSize = 20;

inline constexpr std::uint32_t kMax32 = 0xffffffff;
inline constexpr std::uint16_t kMax16 = 0xffff;

// General purpose flags (4.4.4).
inline constexpr std::uint16_t kEncrypted = 1 << 0;
inline constexpr std::uint16_t kHasDescriptor = 1 << 3;
inline constexpr std::uint16_t kPatched = 1 << 5;
inline constexpr std::uint16_t kStronglyEncrypted = 1 << 6;
inline constexpr std::uint16_t kUtf8 = 1 << 11;
inline constexpr std::uint16_t kMaskedHeaders = 1 << 13;

inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflated = 8;
inline constexpr std::uint16_t kBzip2 = 12;
inline constexpr std::uint16_t kZstdOld = 20;
inline constexpr std::uint16_t kZstd = 93;
inline constexpr std::uint16_t kXz = 95;
inline constexpr std::uint16_t kAesEncrypted = 99;

// Little-endian; the caller has checked the bounds.
std::uint16_t u16(Bytes bytes, std::size_t offset);
std::uint32_t u32(Bytes bytes, std::size_t offset);
std::uint64_t u64(Bytes bytes, std::size_t offset);

// The common fields of a local and a central header.
struct Header {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  std::size_t name_size = 0;
  std::size_t extra_size = 0;
};

struct CentralHeader : Header {
  std::size_t comment_size = 0;
  std::uint64_t disk = 0;
  std::uint32_t external_attributes = 0;
  std::uint64_t local_offset = 0;
};

// From kLocalSize and kCentralSize bytes, including the signature, which was already checked.
Header local_header(Bytes bytes);
CentralHeader central_header(Bytes bytes);

struct Extra {
  std::optional<Bytes> zip64;         // 0x0001
  std::optional<Bytes> unicode_path;  // 0x7075
};
// Views into `bytes`. Refuses blocks that overrun the field, and a zip64 or path block given twice.
Result<Extra> extra_blocks(Bytes bytes);

// Replaces each size, offset and disk that is all ones with its value in the zip64 block, in order.
// False if the block is missing or too short.
bool apply_zip64(CentralHeader& header, const std::optional<Bytes>& block);
bool apply_zip64(Header& header, const std::optional<Bytes>& block);

// The name of an entry in UTF-8: the header's name, unless a Unicode path block for that name (it
// has the name's CRC) gives another. A header's name is UTF-8 if its flag is set or its bytes are
// valid UTF-8, else code page 437, which sets `is_cp437`. An invalid name that is flagged as UTF-8
// is returned unchanged.
struct Name {
  std::string text;
  bool is_cp437 = false;
};
Name effective_name(Bytes header_name, const std::optional<Bytes>& unicode_path,
                    std::uint16_t flags);

}  // namespace glovebox::zip
