#include "projects/single_file.h"

#include <algorithm>
#include <vector>

#include "projects/entry_name.h"

namespace glovebox {
namespace {

constexpr std::size_t kFileBlock = 256 << 10;

// Extensions of files that users upload as a project.
constexpr std::string_view kArchiveSuffixes[] = {
    ".zip", ".jar", ".war", ".whl", ".tar",  ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz",
    ".txz", ".zst", ".7z",  ".rar", ".tzst", ".lz", ".lz4", ".z",   ".cab", ".iso",  ".deb"};

}  // namespace

bool looks_like_text(std::string_view head) {
  return !head.empty() && head.find('\0') == std::string_view::npos;
}

bool has_archive_suffix(std::string_view file_name) {
  std::string name(file_name);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::any_of(std::begin(kArchiveSuffixes), std::end(kArchiveSuffixes),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

Result<void> copy_single_file(const ArchiveFile& file, const std::string& file_name,
                              UnpackBudget& budget, TreeWriter& writer) {
  GB_TRY(EntryName name, parse_entry_name(unix_entry_name(file_name)));
  if (name.folder || !name.path.parent().empty()) {
    return refuse_entry(file_name, "is not a file name");
  }
  GB_TRY_VOID(budget.count_entry());
  GB_TRY_VOID(budget.expect_file(file_name, file.size()));
  GB_TRY_VOID(writer.begin_file(name.path, FileMode{}));
  std::vector<std::uint8_t> block(kFileBlock);
  for (std::uint64_t offset = 0; offset < file.size();) {
    GB_TRY(std::size_t n, file.read_some_at(offset, block));
    if (n == 0) break;  // it became shorter
    GB_TRY_VOID(writer.write(std::span(block).first(n)));
    offset += n;
  }
  return writer.end_file();
}

}  // namespace glovebox
