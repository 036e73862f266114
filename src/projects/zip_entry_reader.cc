#include "projects/zip_entry_reader.h"

#include <zlib.h>

#include <algorithm>

#include "projects/zip_records.h"

namespace glovebox {
namespace {

constexpr std::size_t kInputBlock = 128 << 10;
constexpr std::size_t kOutputBlock = 256 << 10;

std::unique_ptr<Codec> make_codec(std::uint16_t method) {
  switch (method) {
    case zip::kBzip2:
      return make_bzip2_codec(Members::kOne);
    case zip::kXz:
      return make_xz_codec(Members::kOne);
    default:
      return make_zstd_codec(Members::kOne);
  }
}

}  // namespace

ZipEntryReader::ZipEntryReader(const ArchiveFile& file)
    : file_(file), inflater_(make_inflater()), input_(kInputBlock), output_(kOutputBlock) {}

Result<void> ZipEntryReader::read(const ZipEntry& entry, const Sink& sink) {
  read_ = made_ = 0;
  crc_ = 0;
  if (entry.method == zip::kStored) {
    GB_TRY_VOID(copy(entry, sink));
  } else if (entry.method == zip::kDeflated) {
    inflater_->reset();
    GB_TRY_VOID(decode(entry, *inflater_, sink));
  } else {
    GB_TRY_VOID(decode(entry, *make_codec(entry.method), sink));
  }
  if (made_ != entry.unpacked) return refuse_entry(entry.name, "is smaller than the zip says");
  if (crc_ != entry.crc) return refuse_entry(entry.name, "does not match its checksum: damaged");
  return ok();
}

Result<std::span<const std::uint8_t>> ZipEntryReader::next_input(const ZipEntry& entry) {
  std::size_t size = std::min<std::uint64_t>(input_.size(), entry.packed - read_);
  std::span<std::uint8_t> block(input_.data(), size);
  GB_TRY_VOID(file_.read_at(entry.data_offset + read_, block));
  read_ += size;
  return std::span<const std::uint8_t>(block);
}

Result<void> ZipEntryReader::take(const ZipEntry& entry, const Sink& sink,
                                  std::span<const std::uint8_t> bytes) {
  made_ += bytes.size();
  if (made_ > entry.unpacked) return refuse_entry(entry.name, "is larger than the zip says");
  crc_ = static_cast<std::uint32_t>(::crc32(crc_, bytes.data(), static_cast<uInt>(bytes.size())));
  return sink(bytes);
}

Result<void> ZipEntryReader::copy(const ZipEntry& entry, const Sink& sink) {
  while (read_ < entry.packed) {
    GB_TRY(auto block, next_input(entry));
    GB_TRY_VOID(take(entry, sink, block));
  }
  return ok();
}

Result<void> ZipEntryReader::decode(const ZipEntry& entry, Codec& codec, const Sink& sink) {
  Codec::Buffers buffers{.input = {}, .output = output_, .last = false};
  while (!codec.complete()) {
    if (buffers.input.empty() && read_ < entry.packed) {
      GB_TRY(buffers.input, next_input(entry));
    }
    buffers.output = output_;
    buffers.last = read_ == entry.packed;
    std::size_t before = buffers.input.size();
    auto decoded = codec.decode(buffers);
    if (decoded.has_error()) return refuse_entry(entry.name, "cannot be unpacked: damaged");
    std::size_t made = output_.size() - buffers.output.size();
    if (made > 0) GB_TRY_VOID(take(entry, sink, std::span(output_).first(made)));
    bool moved = made > 0 || buffers.input.size() != before;
    if (!moved && buffers.last && !codec.complete()) {
      return refuse_entry(entry.name, "is cut off: damaged");
    }
  }
  if (!buffers.input.empty() || read_ != entry.packed) {
    return refuse_entry(entry.name, "is followed by bytes that belong to no entry");
  }
  return ok();
}

}  // namespace glovebox
