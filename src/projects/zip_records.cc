#include "projects/zip_records.h"

#include <zlib.h>

#include "projects/name_text.h"
#include "projects/unpack_budget.h"

namespace glovebox::zip {
namespace {

template <class T>
T little_endian(Bytes bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(bytes[offset + i]) << (8 * i));
  }
  return value;
}

// Reads the values of a zip64 block in order.
class Zip64Block {
 public:
  explicit Zip64Block(const std::optional<Bytes>& block) : left_(block.value_or(Bytes{})) {}

  bool replace64(std::uint64_t& value) {
    if (value != kMax32) return true;
    if (left_.size() < 8) return false;
    value = u64(left_, 0);
    left_ = left_.subspan(8);
    return true;
  }
  bool replace_disk(std::uint64_t& value) {
    if (value != kMax16) return true;
    if (left_.size() < 4) return false;
    value = u32(left_, 0);
    return true;
  }

 private:
  Bytes left_;
};

std::string text(Bytes bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

std::uint16_t u16(Bytes bytes, std::size_t offset) {
  return little_endian<std::uint16_t>(bytes, offset);
}

std::uint32_t u32(Bytes bytes, std::size_t offset) {
  return little_endian<std::uint32_t>(bytes, offset);
}

std::uint64_t u64(Bytes bytes, std::size_t offset) {
  return little_endian<std::uint64_t>(bytes, offset);
}

Header local_header(Bytes b) {
  return {.flags = u16(b, 6),
          .method = u16(b, 8),
          .crc = u32(b, 14),
          .packed = u32(b, 18),
          .unpacked = u32(b, 22),
          .name_size = u16(b, 26),
          .extra_size = u16(b, 28)};
}

CentralHeader central_header(Bytes b) {
  CentralHeader header;
  static_cast<Header&>(header) = {.flags = u16(b, 8),
                                  .method = u16(b, 10),
                                  .crc = u32(b, 16),
                                  .packed = u32(b, 20),
                                  .unpacked = u32(b, 24),
                                  .name_size = u16(b, 28),
                                  .extra_size = u16(b, 30)};
  header.comment_size = u16(b, 32);
  header.disk = u16(b, 34);
  header.external_attributes = u32(b, 38);
  header.local_offset = u32(b, 42);
  return header;
}

Result<Extra> extra_blocks(Bytes bytes) {
  constexpr std::uint16_t kZip64 = 0x0001;
  constexpr std::uint16_t kUnicodePath = 0x7075;
  Extra extra;
  // Fewer than four bytes are padding, as alignment tools leave it.
  while (bytes.size() >= 4) {
    std::uint16_t id = u16(bytes, 0);
    std::size_t size = u16(bytes, 2);
    if (size > bytes.size() - 4) return refuse_archive("an extra field overruns its header");
    std::optional<Bytes>* slot = id == kZip64         ? &extra.zip64
                                 : id == kUnicodePath ? &extra.unicode_path
                                                      : nullptr;
    if (slot != nullptr) {
      if (slot->has_value()) return refuse_archive("an extra field is given twice");
      *slot = bytes.subspan(4, size);
    }
    bytes = bytes.subspan(4 + size);
  }
  return extra;
}

bool apply_zip64(CentralHeader& header, const std::optional<Bytes>& block) {
  Zip64Block values(block);
  return values.replace64(header.unpacked) && values.replace64(header.packed) &&
         values.replace64(header.local_offset) && values.replace_disk(header.disk);
}

bool apply_zip64(Header& header, const std::optional<Bytes>& block) {
  Zip64Block values(block);
  return values.replace64(header.unpacked) && values.replace64(header.packed);
}

Name effective_name(Bytes header_name, const std::optional<Bytes>& unicode_path,
                    std::uint16_t flags) {
  if (unicode_path && unicode_path->size() > 5 && (*unicode_path)[0] == 1) {
    auto crc = ::crc32(0, header_name.data(), static_cast<uInt>(header_name.size()));
    if (u32(*unicode_path, 1) == crc) return {.text = text(unicode_path->subspan(5))};
  }
  std::string name = text(header_name);
  if ((flags & kUtf8) != 0 || is_utf8(name)) return {.text = std::move(name)};
  return {.text = std::move(name), .is_cp437 = true};
}

}  // namespace glovebox::zip
