#include "projects/zip_unpacker.h"

#include <sys/stat.h>
#include <zlib.h>

#include <new>
#include <optional>

#include "projects/entry_name.h"
#include "projects/zip_records.h"
#include "projects/zip_structure.h"

namespace glovebox {
namespace {

constexpr std::size_t kInputBlock = 128 << 10;
constexpr std::size_t kOutputBlock = 256 << 10;

// A raw inflate stream, reused from entry to entry.
class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream& restart() {
    inflateReset(&stream_);
    return stream_;
  }

 private:
  z_stream stream_{};
};

class ZipUnpacker {
 public:
  ZipUnpacker(const ArchiveFile& file, UnpackBudget& budget, TreeWriter& writer)
      : file_(file), budget_(budget), writer_(writer), input_(kInputBlock), output_(kOutputBlock) {}

  Result<void> unpack(const std::vector<ZipEntry>& entries);

 private:
  struct Planned {
    const ZipEntry* entry;
    EntryName name;
  };
  Result<std::optional<Planned>> plan(const ZipEntry& entry);
  Result<void> unpack_entry(const Planned& planned);
  Result<void> copy(const ZipEntry& entry);
  Result<void> inflate(const ZipEntry& entry);
  Result<std::size_t> inflate_block(const ZipEntry& entry, z_stream& stream, bool& ended);
  Result<std::span<std::uint8_t>> next_input(const ZipEntry& entry);
  Result<void> take(const ZipEntry& entry, std::span<const std::uint8_t> bytes);

  const ArchiveFile& file_;
  UnpackBudget& budget_;
  TreeWriter& writer_;
  Inflater inflater_;
  std::vector<std::uint8_t> input_;
  std::vector<std::uint8_t> output_;
  // Of the entry at hand.
  std::uint64_t read_ = 0;
  std::uint64_t made_ = 0;
  uLong crc_ = 0;
};

// Everything that can be told from the names, modes and stated sizes comes before the first byte is
// inflated.
Result<void> ZipUnpacker::unpack(const std::vector<ZipEntry>& entries) {
  std::vector<Planned> plans;
  std::uint64_t total = 0;
  for (const ZipEntry& entry : entries) {
    GB_TRY(auto planned, plan(entry));
    if (!planned) continue;
    total += entry.unpacked;  // each is at most the limit of a file
    plans.push_back(std::move(*planned));
  }
  GB_TRY_VOID(budget_.expect_total(total));
  for (const Planned& planned : plans) GB_TRY_VOID(unpack_entry(planned));
  return ok();
}

Result<std::optional<ZipUnpacker::Planned>> ZipUnpacker::plan(const ZipEntry& entry) {
  GB_TRY_VOID(budget_.count_entry());
  GB_TRY_VOID(check_mode(entry.name, entry.unix_mode));
  if (is_project_folder(entry.name) && entry.unpacked == 0) return std::optional<Planned>();
  GB_TRY(EntryName name, parse_entry_name(entry.name));
  std::uint32_t type = entry.unix_mode & S_IFMT;
  if ((type == S_IFDIR && !name.folder) || (type == S_IFREG && name.folder)) {
    return refuse_entry(entry.name,
                        "is a file by its name and a folder by its mode, or the reverse");
  }
  if (name.folder && entry.unpacked != 0)
    return refuse_entry(entry.name, "is a folder with content");
  GB_TRY_VOID(budget_.expect_file(entry.name, entry.unpacked));
  if (is_macos_clutter(name.path)) return std::optional<Planned>();
  return std::optional<Planned>(Planned{&entry, std::move(name)});
}

Result<void> ZipUnpacker::unpack_entry(const Planned& planned) {
  const ZipEntry& entry = *planned.entry;
  if (planned.name.folder) return writer_.add_folder(planned.name.path);
  bool executable = (entry.unix_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
  GB_TRY_VOID(writer_.begin_file(planned.name.path, FileMode{.executable = executable}));
  read_ = made_ = 0;
  crc_ = ::crc32(0, nullptr, 0);
  GB_TRY_VOID(entry.method == zip::kStored ? copy(entry) : inflate(entry));
  if (made_ != entry.unpacked) return refuse_entry(entry.name, "is smaller than the zip says");
  if (crc_ != entry.crc) return refuse_entry(entry.name, "does not match its checksum: damaged");
  return writer_.end_file();
}

Result<std::span<std::uint8_t>> ZipUnpacker::next_input(const ZipEntry& entry) {
  std::size_t size = std::min<std::uint64_t>(input_.size(), entry.packed - read_);
  std::span<std::uint8_t> block(input_.data(), size);
  GB_TRY_VOID(file_.read_at(entry.data_offset + read_, block));
  read_ += size;
  return block;
}

Result<void> ZipUnpacker::take(const ZipEntry& entry, std::span<const std::uint8_t> bytes) {
  made_ += bytes.size();
  if (made_ > entry.unpacked) return refuse_entry(entry.name, "is larger than the zip says");
  crc_ = ::crc32(crc_, bytes.data(), static_cast<uInt>(bytes.size()));
  return writer_.write(bytes);
}

Result<void> ZipUnpacker::copy(const ZipEntry& entry) {
  while (read_ < entry.packed) {
    GB_TRY(auto block, next_input(entry));
    GB_TRY_VOID(take(entry, block));
  }
  return ok();
}

// Fills the output block as far as the entry goes. Returns how much is in it.
Result<std::size_t> ZipUnpacker::inflate_block(const ZipEntry& entry, z_stream& stream,
                                               bool& ended) {
  stream.next_out = output_.data();
  stream.avail_out = static_cast<uInt>(output_.size());
  while (stream.avail_out > 0 && !ended) {
    if (stream.avail_in == 0) {
      if (read_ == entry.packed) return refuse_entry(entry.name, "is cut off: damaged");
      GB_TRY(auto block, next_input(entry));
      stream.next_in = block.data();
      stream.avail_in = static_cast<uInt>(block.size());
    }
    int status = ::inflate(&stream, Z_NO_FLUSH);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return refuse_entry(entry.name, "cannot be inflated: damaged");
    }
    ended = status == Z_STREAM_END;
  }
  return output_.size() - stream.avail_out;
}

Result<void> ZipUnpacker::inflate(const ZipEntry& entry) {
  z_stream& stream = inflater_.restart();
  stream.avail_in = 0;
  bool ended = false;
  while (!ended) {
    GB_TRY(std::size_t made, inflate_block(entry, stream, ended));
    GB_TRY_VOID(take(entry, std::span(output_).first(made)));
  }
  if (stream.avail_in != 0 || read_ != entry.packed) {
    return refuse_entry(entry.name, "is followed by bytes that belong to no entry");
  }
  return ok();
}

}  // namespace

Result<void> unpack_zip(const ArchiveFile& file, UnpackBudget& budget, TreeWriter& writer) {
  GB_TRY(std::vector<ZipEntry> entries, read_zip_structure(file, budget));
  return ZipUnpacker(file, budget, writer).unpack(entries);
}

}  // namespace glovebox
