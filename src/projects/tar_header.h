// One 512-byte header of a tar, in the ustar, GNU or old form, decoded and checked against its
// checksum.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace glovebox::tar {

inline constexpr std::size_t kBlock = 512;
using Block = std::span<const std::uint8_t, kBlock>;

struct Header {
  std::string name;  // prefix and name joined
  std::string link;  // the target of a link
  char type = '0';   // '0' for the old form's NUL
  std::uint32_t mode = 0;
  std::uint64_t size = 0;
};

bool is_zero(Block block);
// Whether the checksum matches the block, which means that the block is a header.
bool has_checksum(Block block);
// kUnprocessable for a wrong checksum and for numbers that are neither octal nor GNU's binary form.
Result<Header> parse_header(Block block);

// A number field, octal or binary, of a header or of its continuation.
std::optional<std::uint64_t> number_at(Block block, std::size_t offset, std::size_t size);

// The bytes after the header of an entry of this size.
std::uint64_t padded(std::uint64_t size);

}  // namespace glovebox::tar
