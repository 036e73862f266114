#include "projects/archive_format.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "projects/tar_header.h"
#include "projects/unpack_budget.h"

namespace glovebox {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  ArchiveFormat format;
};
constexpr Magic kMagic[] = {
    {"PK\3\4"sv, ArchiveFormat::kZip},
    {"PK\5\6"sv, ArchiveFormat::kZip},  // one without entries
    {"\x1f\x8b\x08"sv, ArchiveFormat::kTarGz},
    {"\xfd"
     "7zXZ\0"sv,
     ArchiveFormat::kTarXz},
    {"\x28\xb5\x2f\xfd"sv, ArchiveFormat::kTarZst},
};

struct Foreign {
  std::string_view bytes;
  std::string_view what;
};
constexpr Foreign kForeign[] = {
    {"PK\7\x08"sv, "is part of a split zip"},
    {"PK00"sv, "is part of a split zip"},
    {"7z\xbc\xaf"sv, "is a 7z archive"},
    {"Rar!"sv, "is a RAR archive"},
    {"BZh"sv, "is packed with bzip2"},
    {"MZ"sv, "is a Windows program"},
    {"\x7f"
     "ELF"sv,
     "is a program"},
    {"LZIP"sv, "is packed with lzip"},
    {"\x04\x22\x4d\x18"sv, "is packed with lz4"},
};

}  // namespace

Result<ArchiveFormat> detect_format(const ArchiveFile& file) {
  std::array<std::uint8_t, tar::kBlock> block{};
  GB_TRY(std::size_t size, file.read_some_at(0, block));
  std::string_view head(reinterpret_cast<const char*>(block.data()), size);
  for (const Magic& magic : kMagic) {
    if (head.starts_with(magic.bytes)) return magic.format;
  }
  if (size == block.size() && (tar::has_checksum(block) || tar::is_zero(block))) {
    return ArchiveFormat::kTar;
  }
  std::string what = "is of a format that is not known";
  for (const Foreign& foreign : kForeign) {
    if (head.starts_with(foreign.bytes)) what = foreign.what;
  }
  return refuse_archive("the upload " + what + "; pack a zip, tar, tar.gz, tar.xz or tar.zst");
}

}  // namespace glovebox
