#include "projects/tar_unpacker.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <optional>
#include <set>

#include "projects/entry_name.h"
#include "projects/name_text.h"
#include "projects/pax_records.h"
#include "projects/tar_header.h"
#include "projects/tar_input.h"
#include "projects/tar_sparse.h"

namespace glovebox {
namespace {

// Records before a member that apply only to it.
struct Extensions {
  std::optional<std::string> long_name;
  std::optional<std::string> long_link;
  std::optional<tar::PaxFields> pax;
  bool any() const { return long_name || long_link || pax; }
};

class TarUnpacker {
 public:
  TarUnpacker(ByteStream& stream, UnpackBudget& budget, TreeWriter& writer)
      : input_(stream), budget_(budget), writer_(writer) {}

  Result<void> unpack();

 private:
  Result<bool> read_block();
  Result<bool> read_end();
  Result<void> unpack_entry(tar::Header header);
  Result<std::string> read_text(const tar::Header& header, std::uint64_t bound);
  Result<void> read_long_text(const tar::Header& header, std::optional<std::string>& text);
  Result<void> read_pax(const tar::Header& header);
  Result<void> apply_extensions(tar::Header& header);
  void clean_names(tar::Header& header);
  Result<void> unpack_member(const tar::Header& header);
  Result<void> unpack_named(const tar::Header& header, const RelativePath& path);
  Result<void> leave_out_special(const tar::Header& header, const RelativePath& path);
  Result<void> add_hard_link(const tar::Header& header, const RelativePath& path);
  Result<void> unpack_file(const tar::Header& header, const RelativePath& path);
  Result<void> unpack_sparse(const tar::Header& header, const RelativePath& path);
  Result<void> pass(const tar::Header& header, std::uint64_t size, bool write);
  Result<void> pass_content(const tar::Header& header, bool write);

  tar::TarInput input_;
  UnpackBudget& budget_;
  TreeWriter& writer_;
  std::array<std::uint8_t, tar::kBlock> block_{};
  Extensions next_;
  Extensions own_;  // of the current member
  // A hard link to one of them has no target. The budget's limit on entries bounds it.
  std::set<std::string, std::less<>> left_out_;
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
    return refuse_archive("it contains no tar; pack a zip, tar, tar.gz, tar.xz or tar.zst");
  }
  while (true) {
    while (!tar::is_zero(block_)) {
      GB_TRY(tar::Header header, tar::parse_header(block_));
      GB_TRY_VOID(unpack_entry(std::move(header)));
      GB_TRY(bool more, read_block());
      if (!more) return refuse_archive("the tar is truncated: its end mark is missing");
    }
    GB_TRY(bool another, read_end());
    if (!another) return ok();
  }
}

// Two blocks of zeros, and zeros up to the end of the last record. True if another tar's header
// follows, which is then in block_.
Result<bool> TarUnpacker::read_end() {
  if (next_.any()) return refuse_archive("the tar ends between a long name and its file");
  std::uint64_t zeros = 1;
  while (true) {
    GB_TRY(bool more, read_block());
    if (!more) break;
    if (!tar::is_zero(block_)) {
      if (!tar::has_checksum(block_)) {
        return refuse_archive("other data follows the end of the tar");
      }
      return true;
    }
    if (++zeros * tar::kBlock > kMaxTarPadding) {
      return refuse_archive("more than 1 MiB of zeros follows the end of the tar");
    }
  }
  if (zeros < 2) return refuse_archive("the tar is truncated: its end mark is missing");
  return false;
}

Result<void> TarUnpacker::unpack_entry(tar::Header header) {
  switch (header.type) {
    case 'L':
      return read_long_text(header, next_.long_name);
    case 'K':
      return read_long_text(header, next_.long_link);
    case 'x':
    case 'g':
      return read_pax(header);
    case 'V':  // the label of a tape
      GB_TRY_VOID(budget_.count_entry());
      if (header.size != 0) return refuse_entry(header.name, "is a label with content");
      return ok();
    default:
      break;
  }
  own_ = std::exchange(next_, Extensions{});
  GB_TRY_VOID(budget_.count_entry());
  GB_TRY_VOID(apply_extensions(header));
  clean_names(header);
  return unpack_member(header);
}

Result<std::string> TarUnpacker::read_text(const tar::Header& header, std::uint64_t bound) {
  if (header.size > bound) {
    bool name = header.type == 'L' || header.type == 'K';
    return refuse_entry(header.name, name ? "has a name of more than 1024 bytes"
                                          : "is an extended header of more than 128 KiB");
  }
  std::string text(tar::padded(header.size), '\0');
  GB_TRY(std::size_t filled,
         input_.fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  if (filled != text.size()) return refuse_archive("the tar is truncated");
  text.resize(header.size);
  return text;
}

// The name ends with a NUL; a NUL in the middle would make two names.
Result<void> TarUnpacker::read_long_text(const tar::Header& header,
                                         std::optional<std::string>& text) {
  if (text || next_.pax) return refuse_archive("the tar has two long names for one file");
  GB_TRY(std::string name, read_text(header, RelativePath::kMaxBytes + 1));
  if (name.ends_with('\0')) name.pop_back();
  text = std::move(name);
  return ok();
}

Result<void> TarUnpacker::read_pax(const tar::Header& header) {
  if (next_.any()) return refuse_archive("the tar has two extended headers for one file");
  GB_TRY(std::string records, read_text(header, kMaxPaxHeaderBytes));
  if (header.type == 'g') {
    GB_TRY_VOID(budget_.count_entry());  // nothing else limits their number
    GB_TRY_VOID(tar::parse_pax(records, tar::PaxScope::kWholeArchive));
    return ok();
  }
  GB_TRY(next_.pax, tar::parse_pax(records, tar::PaxScope::kNextEntry));
  return ok();
}

Result<void> TarUnpacker::apply_extensions(tar::Header& header) {
  if (own_.long_name) header.name = *own_.long_name;
  if (own_.long_link) header.link = *own_.long_link;
  if (!own_.pax) return ok();
  if (own_.pax->path) header.name = *own_.pax->path;
  if (own_.pax->link_path) header.link = *own_.pax->link_path;
  if (own_.pax->sparse.name()) header.name = *own_.pax->sparse.name();
  if (own_.pax->size && *own_.pax->size != header.size) {
    return refuse_entry(header.name, "has different sizes in its header and its pax header");
  }
  return ok();
}

void TarUnpacker::clean_names(tar::Header& header) {
  std::string name = unix_entry_name(header.name);
  if (name != header.name) {
    writer_.warnings().add(name, is_utf8(header.name)
                                     ? "has backslashes in its name, which are stored as %5C"
                                     : "has a name that is not UTF-8; its bytes are stored as %XX");
  }
  header.name = std::move(name);
  header.link = unix_entry_name(header.link);
}

std::uint32_t type_bits(char type) {
  switch (type) {
    case '3':
      return S_IFCHR;
    case '4':
      return S_IFBLK;
    case '6':
      return S_IFIFO;
    default:
      return S_IFREG;
  }
}

Result<void> check_type(const tar::Header& header) {
  switch (header.type) {
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':  // a contiguous file, on systems that have them
    case 'D':  // a folder in an incremental backup of GNU tar, whose content is a list of names
    case 'S':
      return ok();
    case 'M':
      return refuse_entry(header.name, "is continued from another tape; pack one tar");
    default:
      return refuse_entry(header.name, "has an unknown type; pack files, folders and links");
  }
}

Result<void> TarUnpacker::unpack_member(const tar::Header& header) {
  GB_TRY_VOID(check_type(header));
  // The old form marks folders only by their name.
  bool old_folder = header.type == '0' && header.name.ends_with('/') && header.size == 0;
  bool folder_type = header.type == '5' || header.type == 'D' || old_folder;
  bool has_no_content = header.type == '1' || header.type == '2' || header.type == '5';
  if (has_no_content && header.size != 0) {
    return refuse_entry(header.name,
                        header.type == '5' ? "is a folder with content" : "is a link with content");
  }
  if (is_project_folder(header.name) && folder_type) return pass_content(header, /*write=*/false);
  GB_TRY(EntryName name, parse_entry_name(header.name));
  if (name.folder && !folder_type) {
    return refuse_entry(header.name, "has the name of a folder and the type of a file");
  }
  GB_TRY_VOID(budget_.expect_file(header.name, header.size));
  if (is_clutter(name.path)) {
    left_out_.insert(name.path.str());
    writer_.warnings().left_out_clutter(name.path.str());
    return pass_content(header, /*write=*/false);
  }
  if (folder_type) {
    GB_TRY_VOID(writer_.add_folder(name.path));
    return pass_content(header, /*write=*/false);
  }
  return unpack_named(header, name.path);
}

Result<void> TarUnpacker::unpack_named(const tar::Header& header, const RelativePath& path) {
  switch (header.type) {
    case '1':
      return add_hard_link(header, path);
    case '2':
      return writer_.add_link(path, header.link);
    case '3':
    case '4':
    case '6':
      return leave_out_special(header, path);
    default:
      break;
  }
  if (has_special_bits(S_IFREG | header.mode)) {
    writer_.warnings().add(path.str(), "has a setuid, setgid or sticky bit, which is removed");
  }
  bool sparse = header.type == 'S' || (own_.pax && own_.pax->sparse.any());
  return sparse ? unpack_sparse(header, path) : unpack_file(header, path);
}

Result<void> TarUnpacker::leave_out_special(const tar::Header& header, const RelativePath& path) {
  left_out_.insert(path.str());
  writer_.warnings().add(
      path.str(), fmt::format("is {} and is left out", special_file_name(type_bits(header.type))));
  return pass_content(header, /*write=*/false);
}

// A copy of an earlier member. It cannot refer to anything outside the archive, because only the
// archive's names are searched.
Result<void> TarUnpacker::add_hard_link(const tar::Header& header, const RelativePath& path) {
  const std::string& target = header.link;
  auto of = parse_entry_name(target);
  if (of.has_error()) {
    return refuse_entry(header.name, fmt::format("is a hard link to a name that {}",
                                                 RelativePath::parse(target).has_error()
                                                     ? RelativePath::parse(target).error().message()
                                                     : std::string("is none")));
  }
  if (left_out_.contains(of->path.str())) {
    left_out_.insert(path.str());
    writer_.warnings().add(path.str(),
                           "is a hard link to an entry that is left out, so it is left out too");
    return ok();
  }
  auto copied = writer_.add_copy(path, of->path);
  if (copied.has_error() && copied.error().kind() == ErrorKind::kNotFound) {
    return refuse_entry(header.name, fmt::format("is a hard link to '{}', which is not an earlier "
                                                 "file in the tar; pack with --hard-dereference",
                                                 shown_entry_name(target)));
  }
  return copied;
}

Result<void> TarUnpacker::unpack_file(const tar::Header& header, const RelativePath& path) {
  GB_TRY_VOID(writer_.begin_file(path, FileMode{.executable = is_executable(header.mode)}));
  GB_TRY_VOID(pass_content(header, /*write=*/true));
  return writer_.end_file();
}

Result<void> TarUnpacker::unpack_sparse(const tar::Header& header, const RelativePath& path) {
  tar::SparseMap map;
  std::uint64_t left = header.size;
  if (header.type == 'S') {
    // The header is still in block_; its continuation is read elsewhere.
    GB_TRY(map, tar::old_sparse_map(header.name, block_, input_));
  } else {
    GB_TRY(map, own_.pax->sparse.map(header.name, input_, left));
  }
  GB_TRY_VOID(map.check(header.name, left));
  GB_TRY_VOID(budget_.expect_file(header.name, map.file_size));
  GB_TRY_VOID(writer_.begin_file(path, FileMode{.executable = is_executable(header.mode)}));
  std::uint64_t position = 0;
  for (const tar::SparsePiece& piece : map.pieces) {
    GB_TRY_VOID(writer_.write_zeros(piece.offset - position));
    GB_TRY_VOID(pass(header, piece.size, /*write=*/true));
    position = piece.offset + piece.size;
  }
  GB_TRY_VOID(writer_.write_zeros(map.file_size - position));
  // The pieces are contiguous; only the last one is padded.
  GB_TRY_VOID(pass(header, tar::padded(left) - left, /*write=*/false));
  return writer_.end_file();
}

Result<void> TarUnpacker::pass(const tar::Header& header, std::uint64_t size, bool write) {
  while (size > 0) {
    GB_TRY(auto piece, input_.some(size));
    if (piece.empty()) return refuse_entry(header.name, "is cut off: the tar is truncated");
    size -= piece.size();
    if (write) GB_TRY_VOID(writer_.write(piece));
  }
  return ok();
}

// The content and its padding to a whole block.
Result<void> TarUnpacker::pass_content(const tar::Header& header, bool write) {
  GB_TRY_VOID(pass(header, header.size, write));
  return pass(header, tar::padded(header.size) - header.size, /*write=*/false);
}

}  // namespace

Result<void> unpack_tar(ByteStream& stream, UnpackBudget& budget, TreeWriter& writer) {
  return TarUnpacker(stream, budget, writer).unpack();
}

}  // namespace glovebox
