#include "projects/archive_forge.h"

#include <zlib.h>

#include <cstdio>

#include "projects/zip_records.h"

namespace glovebox::forge {
namespace {

std::string little_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}

std::string compress(std::string_view content, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

ZipItem item(std::string name, const std::string& content, std::string data, std::uint16_t method,
             std::uint32_t mode) {
  ZipItem made;
  made.local = {.name = std::move(name),
                .method = method,
                .crc = crc(content),
                .packed = static_cast<std::uint32_t>(data.size()),
                .unpacked = static_cast<std::uint32_t>(content.size())};
  made.central = made.local;
  made.data = std::move(data);
  made.unix_mode = mode;
  return made;
}

std::string common_fields(const ZipRecord& r) {
  return le16(r.flags) + le16(r.method) + le32(0x5c000000) + le32(r.crc) + le32(r.packed) +
         le32(r.unpacked) + le16(r.name.size()) + le16(r.extra.size());
}

std::string local_bytes(const ZipItem& item) {
  return le32(zip::kLocalSignature) + le16(20) + common_fields(item.local) + item.local.name +
         item.local.extra + item.data + item.after;
}

std::string central_bytes(const ZipItem& item, std::uint64_t offset) {
  const ZipRecord& r = item.central;
  return le32(zip::kCentralSignature) + le16(20 | item.host << 8) + le16(20) + common_fields(r) +
         le16(item.comment.size()) + le16(item.disk) + le16(0) +
         le32(static_cast<std::uint64_t>(item.unix_mode) << 16) +
         le32(item.local_offset.value_or(static_cast<std::uint32_t>(offset))) + r.name + r.extra +
         item.comment;
}

std::string end_bytes(const ZipEnd& end) {
  return le32(zip::kEndSignature) + le16(end.disk) + le16(end.central_disk) +
         le16(end.entries_here) + le16(end.entries) + le32(end.central_size) +
         le32(end.central_offset) + le16(end.comment.size()) + end.comment;
}

std::string descriptor(Descriptor form, const ZipRecord& r) {
  bool is_signed = form == Descriptor::kSigned || form == Descriptor::kSigned64;
  bool wide = form == Descriptor::kPlain64 || form == Descriptor::kSigned64;
  std::string sizes = wide ? le64(r.packed) + le64(r.unpacked) : le32(r.packed) + le32(r.unpacked);
  return (is_signed ? le32(zip::kDescriptorSignature) : "") + le32(r.crc) + sizes;
}

void put(std::string& block, std::size_t offset, std::string_view value) {
  block.replace(offset, value.size(), value);
}

std::string octal(std::uint64_t value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llo", digits, static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

std::string le16(std::uint64_t value) {
  return little_endian(value, 2);
}
std::string le32(std::uint64_t value) {
  return little_endian(value, 4);
}
std::string le64(std::uint64_t value) {
  return little_endian(value, 8);
}

std::string deflated(std::string_view content) {
  return compress(content, -MAX_WBITS);
}

std::string gzipped(std::string_view content) {
  return compress(content, 16 + MAX_WBITS);
}

std::uint32_t crc(std::string_view content) {
  return static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(content.data()),
                                            static_cast<uInt>(content.size())));
}

ZipItem stored(std::string name, std::string content, std::uint32_t mode) {
  return item(std::move(name), content, content, zip::kStored, mode);
}

ZipItem packed(std::string name, std::string content, std::uint32_t mode) {
  return item(std::move(name), content, deflated(content), zip::kDeflated, mode);
}

ZipItem streamed(std::string name, std::string content, Descriptor form) {
  ZipItem made = packed(std::move(name), std::move(content));
  made.local.flags = made.central.flags = zip::kHasDescriptor;
  made.local.crc = made.local.packed = made.local.unpacked = 0;
  made.after = descriptor(form, made.central);
  return made;
}

ZipItem folder(std::string name) {
  return stored(std::move(name), "", 040755);
}

std::string Zip::bytes() const {
  std::string out = prefix;
  std::string central;
  for (const ZipItem& entry : items) {
    central += central_bytes(entry, out.size());
    out += local_bytes(entry);
  }
  out += before_central;
  ZipEnd end{.entries_here = static_cast<std::uint16_t>(items.size()),
             .entries = static_cast<std::uint16_t>(items.size()),
             .central_size = static_cast<std::uint32_t>(central.size()),
             .central_offset = static_cast<std::uint32_t>(out.size())};
  lie(end);
  return out + central + before_end + end_bytes(end) + suffix;
}

std::string zip64_end(std::uint64_t entries, std::uint64_t central_size,
                      std::uint64_t central_offset) {
  std::uint64_t offset = central_offset + central_size;
  return le32(zip::kEnd64Signature) + le64(zip::kEnd64Size - 12) + le16(45) + le16(45) + le32(0) +
         le32(0) + le64(entries) + le64(entries) + le64(central_size) + le64(central_offset) +
         le32(zip::kEnd64LocatorSignature) + le32(0) + le64(offset) + le32(1);
}

std::string zip(std::vector<ZipItem> items) {
  Zip made;
  made.items = std::move(items);
  return made.bytes();
}

std::string tar_entry(TarHeader header, std::string_view content) {
  std::string block(512, '\0');
  put(block, 0, header.name.substr(0, 100));
  put(block, 100, octal(header.mode, 7));
  put(block, 108, octal(0, 7));
  put(block, 116, octal(0, 7));
  put(block, 124, header.size.empty() ? octal(content.size(), 11) : header.size);
  put(block, 136, octal(0, 11));
  put(block, 148, "        ");
  block[156] = header.type;
  put(block, 157, header.link.substr(0, 100));
  put(block, 257, header.magic);
  put(block, 345, header.prefix);
  unsigned sum = 0;
  for (char c : block) sum += static_cast<unsigned char>(c);
  put(block, 148, octal(sum, 6) + std::string("\0 ", 2));
  block.append(content);
  block.resize((block.size() + 511) / 512 * 512);
  return block;
}

std::string tar_file(std::string name, std::string_view content, std::uint32_t mode) {
  return tar_entry({.name = std::move(name), .mode = mode}, content);
}

std::string pax_record(std::string_view key, std::string_view value) {
  std::size_t body = key.size() + value.size() + 3;  // ' ', '=' and '\n'
  std::size_t length = body + std::to_string(body).size();
  length = body + std::to_string(length).size();
  return std::to_string(length) + ' ' + std::string(key) + '=' + std::string(value) + '\n';
}

std::string pax(std::string_view records, char type) {
  return tar_entry({.name = "PaxHeaders/x", .type = type}, records);
}

std::string gnu_long_name(std::string_view name, char type) {
  return tar_entry({.name = "././@LongLink", .type = type, .magic = "ustar  "},
                   std::string(name) + '\0');
}

std::string tar_end() {
  return std::string(1024, '\0');
}

}  // namespace glovebox::forge
