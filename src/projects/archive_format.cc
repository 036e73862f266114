#include "projects/archive_format.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "projects/single_file.h"
#include "projects/tar_header.h"
#include "projects/unpack_budget.h"

namespace glovebox {
namespace {

using namespace std::string_view_literals;

// How many bytes of a text are searched for a NUL byte.
constexpr std::size_t kHead = 8192;

struct Magic {
  std::string_view bytes;
  ArchiveFormat format;
};
constexpr Magic kMagic[] = {
    {"PK\3\4"sv, ArchiveFormat::kZip},
    {"PK\5\6"sv, ArchiveFormat::kZip},  // one without entries
    {"\x1f\x8b\x08"sv, ArchiveFormat::kTarGz},
    {"BZh"sv, ArchiveFormat::kTarBz2},
    {"\xfd"
     "7zXZ\0"sv,
     ArchiveFormat::kTarXz},
    {"\x28\xb5\x2f\xfd"sv, ArchiveFormat::kTarZst},
};

struct Foreign {
  std::string_view bytes;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::string_view kPack = "pack a zip, tar, tar.gz, tar.bz2, tar.xz or tar.zst"sv;
constexpr Foreign kForeign[] = {
    {"PK\7\x08"sv, "is part of a split zip"sv, "zip it again as one file"sv},
    {"PK00"sv, "is part of a split zip"sv, "zip it again as one file"sv},
    {"7z\xbc\xaf"sv, "is a 7z archive"sv, "unpack it and zip it (7z a -tzip project.zip FOLDER)"sv},
    {"Rar!"sv, "is a RAR archive"sv, "unpack it and zip it"sv},
    {"MZ"sv, "is a Windows program"sv, kPack},
    {"\x7f"
     "ELF"sv,
     "is a program"sv, kPack},
    {"LZIP"sv, "is packed with lzip"sv, "pack it with gzip or xz"sv},
    {"\x04\x22\x4d\x18"sv, "is packed with lz4"sv, "pack it with gzip or zstd"sv},
    {"\x1f\x9d"sv, "is packed with compress"sv, "pack it with gzip"sv},
    {"!<arch>\n"sv, "is an ar archive or a Debian package"sv, kPack},
};

}  // namespace

Result<ArchiveFormat> detect_format(const ArchiveFile& file, std::string_view file_name) {
  std::array<std::uint8_t, kHead> block{};
  GB_TRY(std::size_t size, file.read_some_at(0, block));
  std::string_view head(reinterpret_cast<const char*>(block.data()), size);
  for (const Magic& magic : kMagic) {
    if (head.starts_with(magic.bytes)) return magic.format;
  }
  if (size >= tar::kBlock) {
    tar::Block first = std::span<const std::uint8_t>(block).first<tar::kBlock>();
    if (tar::has_checksum(first) || tar::is_zero(first)) return ArchiveFormat::kTar;
  }
  for (const Foreign& foreign : kForeign) {
    if (!head.starts_with(foreign.bytes)) continue;
    return refuse_archive("the upload " + std::string(foreign.what) + "; " +
                          std::string(foreign.remedy));
  }
  if (has_archive_suffix(file_name)) {
    return refuse_archive(
        "the upload does not match its name: it is damaged or has an unknown "
        "format; " +
        std::string(kPack));
  }
  if (!looks_like_text(head)) {
    return refuse_archive("the upload has an unknown format; " + std::string(kPack));
  }
  if (file_name.empty()) {
    return refuse_archive("the upload has an unknown format; " + std::string(kPack) +
                          ", or give a single source file its name (?name=main.c)");
  }
  return ArchiveFormat::kSingleFile;
}

}  // namespace glovebox
