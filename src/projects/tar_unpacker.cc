#include "projects/tar_unpacker.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "projects/entry_name.h"
#include "projects/pax_records.h"
#include "projects/tar_header.h"

namespace glovebox {
namespace {

// Cuts the stream's blocks into the pieces that a tar is made of.
class TarInput {
 public:
  explicit TarInput(ByteStream& stream) : stream_(stream) {}

  // At most `wanted` bytes, at least one; empty only at the end.
  Result<std::span<const std::uint8_t>> some(std::uint64_t wanted) {
    if (left_.empty()) {
      GB_TRY(left_, stream_.next());
    }
    auto piece = left_.first(std::min<std::uint64_t>(wanted, left_.size()));
    left_ = left_.subspan(piece.size());
    return piece;
  }

  // How much of `buffer` could be filled before the input ended.
  Result<std::size_t> fill(std::span<std::uint8_t> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      GB_TRY(auto piece, some(buffer.size() - filled));
      if (piece.empty()) break;
      std::memcpy(buffer.data() + filled, piece.data(), piece.size());
      filled += piece.size();
    }
    return filled;
  }

 private:
  ByteStream& stream_;
  std::span<const std::uint8_t> left_;
};

class TarUnpacker {
 public:
  TarUnpacker(ByteStream& stream, UnpackBudget& budget, TreeWriter& writer)
      : input_(stream), budget_(budget), writer_(writer) {}

  Result<void> unpack();

 private:
  Result<bool> read_block();
  Result<void> end_of_archive();
  Result<void> unpack_entry(tar::Header header);
  Result<std::string> read_text(const tar::Header& header, std::uint64_t bound);
  Result<void> skip_text(const tar::Header& header);
  Result<void> read_long_name(const tar::Header& header);
  Result<void> read_pax(const tar::Header& header);
  Result<void> unpack_member(const tar::Header& header);
  Result<void> unpack_file(const tar::Header& header, const EntryName& name);
  Result<void> pass_content(const tar::Header& header, bool write);

  TarInput input_;
  UnpackBudget& budget_;
  TreeWriter& writer_;
  std::array<std::uint8_t, tar::kBlock> block_{};
  // From a GNU long name or a pax path, for the next entry alone. Either may come once.
  std::optional<std::string> next_name_;
  bool extended_ = false;
};

// False at the end of the input.
Result<bool> TarUnpacker::read_block() {
  GB_TRY(std::size_t filled, input_.fill(block_));
  if (filled != 0 && filled != block_.size()) return refuse_archive("the tar is truncated");
  return filled != 0;
}

Result<void> TarUnpacker::unpack() {
  GB_TRY(std::size_t filled, input_.fill(block_));
  if (filled != block_.size() || !(tar::is_zero(block_) || tar::has_checksum(block_))) {
    return refuse_archive("there is no tar inside; pack a zip, tar, tar.gz, tar.xz or tar.zst");
  }
  while (!tar::is_zero(block_)) {
    GB_TRY(tar::Header header, tar::parse_header(block_));
    GB_TRY_VOID(unpack_entry(std::move(header)));
    GB_TRY(bool more, read_block());
    if (!more) return refuse_archive("the tar is truncated: its end mark is missing");
  }
  return end_of_archive();
}

// Two blocks of zeros, and zeros up to the end of the last record.
Result<void> TarUnpacker::end_of_archive() {
  if (extended_) return refuse_archive("the tar ends between a long name and its file");
  std::uint64_t zeros = 1;
  while (true) {
    GB_TRY(bool more, read_block());
    if (!more) break;
    if (!tar::is_zero(block_)) return refuse_archive("something follows the end of the tar");
    if (++zeros * tar::kBlock > kMaxTarPadding) {
      return refuse_archive("more than 1 MiB of zeros follows the end of the tar");
    }
  }
  if (zeros < 2) return refuse_archive("the tar is truncated: its end mark is missing");
  return ok();
}

Result<void> TarUnpacker::unpack_entry(tar::Header header) {
  switch (header.type) {
    case 'L':
      return read_long_name(header);
    case 'x':
      return read_pax(header);
    case 'g':
      GB_TRY_VOID(budget_.count_entry());  // nothing else bounds how many of them come
      return read_pax(header);
    case 'K':  // the target of the link that follows, and is refused by its own name
      GB_TRY_VOID(budget_.count_entry());
      return skip_text(header);
    default:
      break;
  }
  if (next_name_) header.name = *std::exchange(next_name_, std::nullopt);
  extended_ = false;
  GB_TRY_VOID(budget_.count_entry());
  return unpack_member(header);
}

Result<std::string> TarUnpacker::read_text(const tar::Header& header, std::uint64_t bound) {
  if (header.size > bound) {
    return refuse_entry(header.name, header.type == 'L' ? "announces a name of over 1024 bytes"
                                                        : "is an extended header of over 128 KiB");
  }
  std::string text(tar::padded(header.size), '\0');
  GB_TRY(std::size_t filled,
         input_.fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  if (filled != text.size()) return refuse_archive("the tar is truncated");
  text.resize(header.size);
  return text;
}

Result<void> TarUnpacker::skip_text(const tar::Header& header) {
  GB_TRY_VOID(read_text(header, kMaxPaxHeaderBytes));
  return ok();
}

// The name comes with a NUL at its end, and one in the middle would make it two names.
Result<void> TarUnpacker::read_long_name(const tar::Header& header) {
  if (extended_) return refuse_archive("the tar gives a file two long names");
  GB_TRY(std::string name, read_text(header, RelativePath::kMaxBytes + 1));
  if (name.ends_with('\0')) name.pop_back();
  extended_ = true;
  next_name_ = std::move(name);
  return ok();
}

Result<void> TarUnpacker::read_pax(const tar::Header& header) {
  bool global = header.type == 'g';
  if (extended_) return refuse_archive("the tar gives a file two extended headers");
  GB_TRY(std::string records, read_text(header, kMaxPaxHeaderBytes));
  GB_TRY(auto path,
         tar::pax_path(records, global ? tar::PaxScope::kWholeArchive : tar::PaxScope::kNextEntry));
  extended_ = !global;
  next_name_ = std::move(path);
  return ok();
}

std::uint32_t type_bits(char type) {
  switch (type) {
    case '2':
      return S_IFLNK;
    case '3':
      return S_IFCHR;
    case '4':
      return S_IFBLK;
    case '5':
      return S_IFDIR;
    case '6':
      return S_IFIFO;
    default:
      return S_IFREG;
  }
}

Result<void> check_type(const tar::Header& header) {
  switch (header.type) {
    case '0':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
      return check_mode(header.name, type_bits(header.type) | header.mode);
    case '1':
      return refuse_entry(header.name, "is a hard link; pack with tar --hard-dereference");
    case 'S':
      return refuse_entry(header.name, "is a sparse file; pack it without --sparse");
    default:
      return refuse_entry(header.name,
                          "is of an unknown type; only files and folders can be "
                          "uploaded");
  }
}

Result<void> TarUnpacker::unpack_member(const tar::Header& header) {
  GB_TRY_VOID(check_type(header));
  // The old form knows folders by their name alone.
  bool old_folder = header.type == '0' && header.name.ends_with('/') && header.size == 0;
  bool folder_type = header.type == '5' || old_folder;
  if (folder_type && header.size != 0) return refuse_entry(header.name, "is a folder with content");
  if (is_project_folder(header.name) && folder_type) return ok();
  GB_TRY(EntryName name, parse_entry_name(header.name));
  if (name.folder && !folder_type) {
    return refuse_entry(header.name, "is a folder by its name and a file by its type");
  }
  GB_TRY_VOID(budget_.expect_file(header.name, header.size));
  if (is_macos_clutter(name.path)) return pass_content(header, /*write=*/false);
  return folder_type ? writer_.add_folder(name.path) : unpack_file(header, name);
}

Result<void> TarUnpacker::unpack_file(const tar::Header& header, const EntryName& name) {
  bool executable = (header.mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
  GB_TRY_VOID(writer_.begin_file(name.path, FileMode{.executable = executable}));
  GB_TRY_VOID(pass_content(header, /*write=*/true));
  return writer_.end_file();
}

// The content and what pads it to a whole block.
Result<void> TarUnpacker::pass_content(const tar::Header& header, bool write) {
  std::uint64_t content = header.size;
  std::uint64_t left = tar::padded(content);
  while (left > 0) {
    GB_TRY(auto piece, input_.some(content > 0 ? content : left));
    if (piece.empty()) return refuse_entry(header.name, "is cut off: the tar is truncated");
    left -= piece.size();
    if (content == 0) continue;
    content -= piece.size();
    if (write) GB_TRY_VOID(writer_.write(piece));
  }
  return ok();
}

}  // namespace

Result<void> unpack_tar(ByteStream& stream, UnpackBudget& budget, TreeWriter& writer) {
  return TarUnpacker(stream, budget, writer).unpack();
}

}  // namespace glovebox
