#include "client/pack_directory.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/os.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 128;
constexpr std::size_t kArchivePiece = 64 << 10;

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

Error refused(const fs::path& path, std::string_view why) {
  return Error(ErrorKind::kUser, fmt::format("{}: {}", escape_for_log(path.native()), why));
}

Error broken(archive* writer) {
  const char* why = archive_error_string(writer);
  return internal_error(fmt::format("packing the project: {}", why ? why : "unknown"));
}

Result<UniqueFd> unnamed_file() {
  std::string folder = fs::temp_directory_path();
  auto unnamed = os::open(folder, O_TMPFILE | O_RDWR, 0600);
  if (!unnamed.has_error()) return unnamed;
  std::string name = folder + "/glovebox-XXXXXX";
  UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
  GB_TRY_VOID(os::check(fd.get(), "mkostemp", name));
  ::unlink(name.c_str());
  return fd;
}

Result<void> copy_content(archive* writer, int fd, std::int64_t size, const fs::path& path) {
  std::string piece(kArchivePiece, '\0');
  while (size > 0) {
    ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "read", path.native()));
    if (n == 0 || n > size) return refused(path, "changed while it was being read");
    if (archive_write_data(writer, piece.data(), static_cast<std::size_t>(n)) != n) {
      return broken(writer);
    }
    size -= n;
  }
  return ok();
}

Result<void> add_file(archive* writer, const fs::path& path, const fs::path& name) {
  GB_TRY(UniqueFd fd, os::open(path.native(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  GB_TRY_VOID(os::check(::fstat(fd.get(), &info), "fstat", path.native()));
  if (!S_ISREG(info.st_mode)) return refused(path, "is not a regular file");
  Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), (info.st_mode & 0100) != 0 ? 0755 : 0644);
  archive_entry_set_size(entry.get(), info.st_size);
  if (archive_write_header(writer, entry.get()) != ARCHIVE_OK) return broken(writer);
  return copy_content(writer, fd.get(), info.st_size, path);
}

Result<void> add_folder(archive* writer, const fs::path& name) {
  Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), (name.native() + "/").c_str());
  archive_entry_set_filetype(entry.get(), AE_IFDIR);
  archive_entry_set_perm(entry.get(), 0755);
  return archive_write_header(writer, entry.get()) == ARCHIVE_OK ? ok() : broken(writer);
}

Result<void> add_link(archive* writer, const fs::path& path, const fs::path& name) {
  std::error_code code;
  fs::path target = fs::read_symlink(path, code);
  if (code) return refused(path, code.message());
  Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFLNK);
  archive_entry_set_perm(entry.get(), 0777);
  archive_entry_set_symlink(entry.get(), target.c_str());
  return archive_write_header(writer, entry.get()) == ARCHIVE_OK ? ok() : broken(writer);
}

void leave_out(const fs::path& name, ImportNotes& notes) {
  if (++notes.warning_count > static_cast<std::int64_t>(kMaxProjectWarnings)) return;
  notes.warnings.push_back(
      {escape_for_log(name.native()), "is a device, named pipe or socket and is left out"});
}

Result<void> add_entry(archive* writer, const fs::path& path, const fs::path& name,
                       fs::file_type type, ImportNotes& notes) {
  switch (type) {
    case fs::file_type::directory:
      return add_folder(writer, name);
    case fs::file_type::symlink:
      return add_link(writer, path, name);
    case fs::file_type::regular:
      return add_file(writer, path, name);
    default:
      leave_out(name, notes);
      return ok();
  }
}

// Not recursive, so that a deep tree cannot exhaust the stack.
Result<void> add_tree(archive* writer, const fs::path& root, ImportNotes& notes) {
  std::error_code code;
  fs::recursive_directory_iterator walk(root, code);
  for (; !code && walk != fs::recursive_directory_iterator(); walk.increment(code)) {
    const fs::path& path = walk->path();
    if (walk.depth() > kDeepest) return refused(path, "is nested too deeply");
    fs::file_status status = walk->symlink_status(code);
    if (code) break;
    GB_TRY_VOID(add_entry(writer, path, path.lexically_relative(root), status.type(), notes));
  }
  if (code) return refused(root, code.message());
  return ok();
}

}  // namespace

Result<UniqueFd> pack_directory(const fs::path& directory, ImportNotes& notes) {
  GB_TRY(UniqueFd fd, unnamed_file());
  Writer writer(archive_write_new(), archive_write_free);
  // GNU tar stores names unchanged; pax would translate them with the locale.
  archive_write_set_format_gnutar(writer.get());
  archive_write_add_filter_gzip(writer.get());
  archive_write_set_filter_option(writer.get(), "gzip", "compression-level", "1");
  if (archive_write_open_fd(writer.get(), fd.get()) != ARCHIVE_OK) return broken(writer.get());
  GB_TRY_VOID(add_tree(writer.get(), directory, notes));
  if (archive_write_close(writer.get()) != ARCHIVE_OK) return broken(writer.get());
  return fd;
}

}  // namespace glovebox
