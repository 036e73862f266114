#include "projects/tar_header.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "projects/unpack_budget.h"

namespace glovebox::tar {
namespace {

struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kSize{124, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kLink{157, 100};
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};

std::string_view raw(Block block, Field field) {
  return {reinterpret_cast<const char*>(block.data()) + field.offset, field.size};
}

std::string_view text(Block block, Field field) {
  std::string_view value = raw(block, field);
  return value.substr(0, value.find('\0'));
}

// Octal, padded with spaces and terminated by spaces or NULs; an empty field is 0.
std::optional<std::uint64_t> octal(std::string_view field) {
  std::size_t begin = std::min(field.find_first_not_of(' '), field.size());
  field.remove_prefix(begin);
  std::size_t digits = std::min(field.find_first_not_of("01234567"), field.size());
  if (field.find_first_not_of(std::string_view(" \0", 2), digits) != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (char c : field.substr(0, digits)) value = value << 3 | static_cast<std::uint64_t>(c - '0');
  return value;  // at most twelve digits: 36 bits
}

// GNU's and star's form for large numbers: the top bit is set, then big-endian. A negative or huge
// number has bits outside the last eight bytes.
std::optional<std::uint64_t> binary(std::string_view field) {
  std::uint64_t value = static_cast<std::uint8_t>(field[0]) & 0x7f;
  for (char c : field.substr(1)) {
    if (value >> 56) return std::nullopt;
    value = value << 8 | static_cast<std::uint8_t>(c);
  }
  return value;
}

std::optional<std::uint64_t> number(Block block, Field field) {
  std::string_view value = raw(block, field);
  return (value[0] & 0x80) != 0 ? binary(value) : octal(value);
}

std::string full_name(Block block) {
  std::string name(text(block, kName));
  // Only the POSIX form has a prefix; GNU stores times there.
  if (raw(block, kMagic).substr(0, 6) != std::string_view("ustar\0", 6)) return name;
  std::string_view prefix = text(block, kPrefix);
  return prefix.empty() ? name : std::string(prefix) + '/' + name;
}

}  // namespace

bool is_zero(Block block) {
  return std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool has_checksum(Block block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    bool in_field = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    sum += in_field ? static_cast<std::uint8_t>(' ') : block[i];
  }
  return octal(raw(block, kChecksum)) == sum && !is_zero(block);
}

Result<Header> parse_header(Block block) {
  if (!has_checksum(block)) return refuse_archive("a header of the tar is damaged");
  Header header;
  header.name = full_name(block);
  header.link = text(block, kLink);
  header.type = block[kType] == 0 ? '0' : static_cast<char>(block[kType]);
  auto mode = number(block, kMode);
  auto size = number(block, kSize);
  if (!mode || !size) return refuse_entry(header.name, "has a header with a number out of range");
  header.mode = static_cast<std::uint32_t>(*mode & 07777);
  header.size = *size;
  return header;
}

std::optional<std::uint64_t> number_at(Block block, std::size_t offset, std::size_t size) {
  return number(block, Field{offset, size});
}

std::uint64_t padded(std::uint64_t size) {
  return (size + kBlock - 1) / kBlock * kBlock;
}

}  // namespace glovebox::tar
