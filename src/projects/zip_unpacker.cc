#include "projects/zip_unpacker.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <optional>

#include "projects/entry_name.h"
#include "projects/name_text.h"
#include "projects/zip_entry_reader.h"
#include "projects/zip_structure.h"

namespace glovebox {
namespace {

class ZipUnpacker {
 public:
  ZipUnpacker(const ArchiveFile& file, UnpackBudget& budget, TreeWriter& writer)
      : budget_(budget), writer_(writer), reader_(file) {}

  Result<void> unpack(const std::vector<ZipEntry>& entries);

 private:
  struct Planned {
    const ZipEntry* entry;
    RelativePath path;
    EntryType type;
  };
  Result<std::optional<Planned>> plan(const ZipEntry& entry);
  bool leave_out(const ZipEntry& entry, const RelativePath& path, EntryType type);
  Result<void> unpack_entry(const Planned& planned);
  Result<void> unpack_link(const Planned& planned);

  UnpackBudget& budget_;
  TreeWriter& writer_;
  ZipEntryReader reader_;
};

// All checks of names, modes and declared sizes come before the first byte is inflated.
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

// A name that ends with a slash is a folder. Finder gives some of these the mode of a file.
Result<EntryType> type_of(const ZipEntry& entry, const EntryName& name) {
  GB_TRY(EntryType type, entry_type(entry.name, entry.unix_mode));
  if (name.folder && type == EntryType::kFile) type = EntryType::kFolder;
  if (name.folder != (type == EntryType::kFolder)) {
    return refuse_entry(entry.name, "is a folder by its name but not by its mode, or the reverse");
  }
  if (name.folder && entry.unpacked != 0) {
    return refuse_entry(entry.name, "is a folder with content");
  }
  return type;
}

Result<std::optional<ZipUnpacker::Planned>> ZipUnpacker::plan(const ZipEntry& entry) {
  GB_TRY_VOID(budget_.count_entry());
  if (is_project_folder(entry.name) && entry.unpacked == 0) return std::optional<Planned>();
  GB_TRY(EntryName name, parse_entry_name(entry.name));
  GB_TRY(EntryType type, type_of(entry, name));
  GB_TRY_VOID(budget_.expect_file(entry.name, entry.unpacked));
  if (entry.renamed) {
    writer_.warnings().add(entry.name, "has backslashes in its name, which are stored as %5C");
  }
  if (leave_out(entry, name.path, type)) return std::optional<Planned>();
  return std::optional<Planned>(Planned{&entry, std::move(name.path), type});
}

bool ZipUnpacker::leave_out(const ZipEntry& entry, const RelativePath& path, EntryType type) {
  if (is_clutter(path)) {
    writer_.warnings().left_out_clutter(path.str());
    return true;
  }
  if (type == EntryType::kSpecial) {
    writer_.warnings().add(
        path.str(), fmt::format("is {} and is left out", special_file_name(entry.unix_mode)));
    return true;
  }
  if (has_special_bits(entry.unix_mode)) {
    writer_.warnings().add(path.str(), "has a setuid, setgid or sticky bit, which is removed");
  }
  return false;
}

Result<void> ZipUnpacker::unpack_entry(const Planned& planned) {
  if (planned.type == EntryType::kFolder) return writer_.add_folder(planned.path);
  if (planned.type == EntryType::kLink) return unpack_link(planned);
  bool executable = is_executable(planned.entry->unix_mode);
  GB_TRY_VOID(writer_.begin_file(planned.path, FileMode{.executable = executable}));
  auto write = [&](std::span<const std::uint8_t> bytes) { return writer_.write(bytes); };
  GB_TRY_VOID(reader_.read(*planned.entry, write));
  return writer_.end_file();
}

// The target is the entry's content; reads a few bytes more than the limit.
Result<void> ZipUnpacker::unpack_link(const Planned& planned) {
  constexpr std::size_t kEnough = 2 * RelativePath::kMaxBytes;
  const ZipEntry& entry = *planned.entry;
  std::string target;
  budget_.start_file();
  auto keep = [&](std::span<const std::uint8_t> bytes) -> Result<void> {
    GB_TRY_VOID(budget_.count_bytes(entry.name, bytes.size()));
    std::size_t wanted = std::min(kEnough - target.size(), bytes.size());
    target.append(reinterpret_cast<const char*>(bytes.data()), wanted);
    return ok();
  };
  GB_TRY_VOID(reader_.read(entry, keep));
  return writer_.add_link(planned.path, is_utf8(target) ? target : utf8_from_cp437(target));
}

}  // namespace

Result<void> unpack_zip(const ArchiveFile& file, UnpackBudget& budget, TreeWriter& writer) {
  GB_TRY(std::vector<ZipEntry> entries, read_zip_structure(file, budget));
  return ZipUnpacker(file, budget, writer).unpack(entries);
}

}  // namespace glovebox
