#include "mcp/inline_project.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <set>
#include <utility>

#include "base/clean_text.h"
#include "base/near_miss.h"
#include "base/units.h"
#include "execution/async/blocking.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Error files_error(std::string message) {
  return validation_error(std::move(message)).with("field", "files");
}

Result<InlineFile> parse_inline_file(const json::value& value) {
  const json::object* object = value.if_object();
  InlineFile file;
  if (object == nullptr || object->size() != 2) {
    return files_error("Each of \"files\" is {\"path\", \"text\"}.");
  }
  const json::value* path = object->if_contains("path");
  const json::value* text = object->if_contains("text");
  if (path == nullptr || text == nullptr || !path->is_string() || !text->is_string()) {
    return files_error("Each of \"files\" has a \"path\" and a \"text\", both strings.");
  }
  file.path = std::string(path->get_string());
  file.text = std::string(text->get_string());
  if (file.path.empty()) return files_error("A path in \"files\" is empty.");
  return file;
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return no_room_if_full(Error::from_errno("write", "the files", errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ok();
}

// libarchive's, which appends to a text.
class TarWriter {
 public:
  TarWriter() : tar_(::archive_write_new()), entry_(::archive_entry_new()) {}
  ~TarWriter() {
    ::archive_write_free(tar_);
    ::archive_entry_free(entry_);
  }
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  Result<void> open() {
    ::archive_write_set_format_pax(tar_);
    ::archive_write_set_bytes_per_block(tar_, 0);
    // The names are UTF-8 already, whatever the locale is.
    ::archive_write_set_options(tar_, "hdrcharset=BINARY");
    return check(::archive_write_open(tar_, &out_, nullptr, append, nullptr));
  }
  Result<void> add(const InlineFile& file) {
    ::archive_entry_clear(entry_);
    ::archive_entry_set_pathname(entry_, file.path.c_str());
    ::archive_entry_set_size(entry_, static_cast<la_int64_t>(file.text.size()));
    ::archive_entry_set_filetype(entry_, AE_IFREG);
    ::archive_entry_set_perm(entry_, 0644);
    GB_TRY_VOID(check(::archive_write_header(tar_, entry_)));
    if (::archive_write_data(tar_, file.text.data(), file.text.size()) < 0) return check(-1);
    return ok();
  }
  Result<std::string> finish() {
    GB_TRY_VOID(check(::archive_write_close(tar_)));
    return std::move(out_);
  }

 private:
  static la_ssize_t append(archive*, void* out, const void* data, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }
  Result<void> check(int code) {
    if (code >= ARCHIVE_WARN) return ok();
    const char* why = ::archive_error_string(tar_);
    return internal_error(fmt::format("libarchive: {}", why != nullptr ? why : "no reason given"));
  }

  archive* tar_;
  archive_entry* entry_;
  std::string out_;
};

}  // namespace

Result<std::vector<InlineFile>> parse_inline_files(const json::value& value) {
  const json::array* array = value.if_array();
  if (array == nullptr || array->empty()) {
    return files_error("\"files\" must be a list of at least one {\"path\", \"text\"}.");
  }
  if (array->size() > kMaxInlineFiles) {
    return Error(ErrorKind::kPayloadTooLarge,
                 fmt::format("\"files\" has {} files; at most {} may be sent in a call. Upload a "
                             "larger project with POST /api/upload.",
                             array->size(), kMaxInlineFiles))
        .with("field", "files")
        .with("configured", kMaxInlineFiles)
        .with("observed", array->size());
  }
  std::vector<InlineFile> files;
  std::set<std::string> paths;
  std::size_t bytes = 0;
  for (const json::value& each : *array) {
    GB_TRY(InlineFile file, parse_inline_file(each));
    bytes += file.path.size() + file.text.size();
    if (!paths.insert(file.path).second) {
      return files_error("\"files\" has the path " + in_quotes(file.path) + " twice.");
    }
    files.push_back(std::move(file));
  }
  if (bytes <= kMaxInlineBytes) return files;
  return Error(
             ErrorKind::kPayloadTooLarge,
             fmt::format("\"files\" has {}; at most {} may be sent in a call. Upload a larger "
                         "project with POST /api/upload.",
                         format_bytes(ByteCount(bytes)), format_bytes(ByteCount(kMaxInlineBytes))))
      .with("field", "files")
      .with("configured", kMaxInlineBytes)
      .with("observed", bytes);
}

Result<std::string> tar_of_files(const std::vector<InlineFile>& files) {
  TarWriter writer;
  GB_TRY_VOID(writer.open());
  for (const InlineFile& file : files) GB_TRY_VOID(writer.add(file));
  return writer.finish();
}

Awaitable<Result<Project>> add_inline_project(Projects& projects, boost::asio::thread_pool& pool,
                                              ClientId owner, std::vector<InlineFile> files) {
  GB_CO_TRY(std::string tar, tar_of_files(files));
  ByteCount size(tar.size());
  GB_CO_TRY(StorageLedger::Room room, co_await projects.make_room(owner, size));
  GB_CO_TRY(UniqueFd archive, co_await projects.create_upload());
  std::function<Result<void>()> write = [fd = archive.get(), tar = std::move(tar)] {
    return write_all(fd, tar);
  };
  GB_CO_TRY_VOID(co_await run_blocking(pool, std::move(write)));
  ArchiveOptions options;
  options.top = TopFolder::kKept;
  std::string name = files.size() == 1 ? clean_line(files.front().path, 120) : "files";
  if (name.empty()) name = "files";
  room.leave_share();
  auto adding =
      projects.add(std::move(owner), std::move(name), std::move(archive), std::move(options));
  co_return co_await std::move(adding);
}

}  // namespace glovebox
