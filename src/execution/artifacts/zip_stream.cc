#include "execution/artifacts/zip_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/utf8_text.h"
#include "projects/relative_path.h"

namespace glovebox {
namespace {

constexpr std::size_t kPiece = 64 << 10;

// libarchive interprets names in the thread's locale; ours are UTF-8.
class Utf8Names {
 public:
  Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

bool is_allowed(std::string_view component) {
  return !RelativePath::parse(component).has_error();
}

// One character, as RelativePath would see it inside a component.
bool is_allowed_character(std::string_view character) {
  return is_allowed("xx" + std::string(character) + "x");
}

std::size_t character_bytes(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

std::string harmless_component(std::string_view component) {
  std::string name;
  while (!component.empty()) {
    std::string_view character = component.substr(0, character_bytes(component.front()));
    name += is_allowed_character(character) ? character : std::string_view("_");
    component.remove_prefix(character.size());
  }
  if (is_allowed(name)) return name;
  // ".", "..", a drive, or too long.
  std::replace(name.begin(), name.end(), '.', '_');
  std::replace(name.begin(), name.end(), ':', '_');
  return is_allowed(name) ? name : fmt::format("{:08x}", std::hash<std::string>{}(name));
}

}  // namespace

std::string harmless_path(std::string_view path) {
  std::string valid = to_valid_utf8(path);
  std::string_view rest = valid;
  std::string name;
  while (true) {
    std::size_t slash = std::min(rest.find('/'), rest.size());
    if (!name.empty()) name += '/';
    name += harmless_component(rest.substr(0, slash));
    if (slash == rest.size()) break;
    rest.remove_prefix(slash + 1);
  }
  if (is_allowed(name)) return name;
  // As a whole longer or deeper than paths may be.
  return fmt::format("{:016x}", std::hash<std::string>{}(valid));
}

bool ZipNames::is_free(const std::string& name) const {
  if (files_.contains(name) || folders_.contains(name)) return false;
  for (std::size_t at = 0; (at = name.find('/', at)) != std::string::npos; ++at) {
    if (files_.contains(name.substr(0, at))) return false;
  }
  return true;
}

std::string ZipNames::name_for(std::string_view path) {
  std::string wanted = harmless_path(path);
  std::string name = wanted;
  // Each attempt uses a different first component. There are at most as many such components as
  // names.
  for (int number = 2; !is_free(name); ++number) {
    std::size_t end = std::min(wanted.find('/'), wanted.size());
    name = fmt::format("{}~{}{}", wanted.substr(0, end), number, wanted.substr(end));
  }
  files_.insert(name);
  for (std::size_t at = 0; (at = name.find('/', at)) != std::string::npos; ++at) {
    folders_.insert(name.substr(0, at));
  }
  return name;
}

// libarchive's state, which appends to `out`.
struct ZipStream::Writer {
  Writer() : zip(::archive_write_new()), entry(::archive_entry_new()) {}
  ~Writer() {
    // A stream that was not read to its end is finished here, because libarchive would otherwise
    // leak the entry's compressor. Nobody reads the result.
    nobody_reads = true;
    ::archive_write_free(zip);
    ::archive_entry_free(entry);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  static la_ssize_t take(archive*, void* self, const void* data, std::size_t size) {
    auto* writer = static_cast<Writer*>(self);
    if (!writer->nobody_reads) writer->out.append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }
  Result<void> check(la_ssize_t code) {
    if (code >= ARCHIVE_WARN) return ok();
    const char* why = ::archive_error_string(zip);
    return internal_error(fmt::format("making a zip: {}", why != nullptr ? why : "unknown"));
  }
  Result<void> open() {
    if (zip == nullptr || entry == nullptr) return internal_error("out of memory for a zip");
    GB_TRY_VOID(check(::archive_write_set_format_zip(zip)));
    // The fastest level: the CPUs are for the jobs.
    GB_TRY_VOID(check(::archive_write_set_format_option(zip, "zip", "compression-level", "1")));
    GB_TRY_VOID(check(::archive_write_set_bytes_per_block(zip, 0)));
    return check(::archive_write_open(zip, this, nullptr, &Writer::take, nullptr));
  }

  archive* zip;
  archive_entry* entry;
  std::string out;
  bool opened = false;
  bool nobody_reads = false;
};

ZipStream::ZipStream(std::vector<ZipItem> items, WallTime changed_at, Open open)
    : items_(std::move(items)),
      changed_at_(changed_at),
      open_(std::move(open)),
      writer_(std::make_unique<Writer>()),
      piece_(kPiece, '\0') {}

ZipStream::~ZipStream() = default;

Result<std::string> ZipStream::next() {
  Utf8Names names;
  if (!std::exchange(writer_->opened, true)) GB_TRY_VOID(writer_->open());
  while (!ended_ && writer_->out.size() < kPiece) GB_TRY_VOID(step());
  return std::exchange(writer_->out, {});
}

Result<void> ZipStream::step() {
  if (left_ > 0) return copy_piece();
  current_.reset();
  if (begun_ < items_.size()) return begin_entry();
  ended_ = true;
  return writer_->check(::archive_write_close(writer_->zip));
}

Result<void> ZipStream::begin_entry() {
  const ZipItem& file = items_[begun_];
  GB_TRY(current_, open_(begun_));
  ++begun_;
  left_ = file.size_bytes;
  archive_entry* entry = ::archive_entry_clear(writer_->entry);
  std::string name = names_.name_for(file.path);
  ::archive_entry_set_pathname(entry, name.c_str());
  ::archive_entry_set_filetype(entry, AE_IFREG);
  struct stat info {};
  bool executable = ::fstat(current_.get(), &info) == 0 && (info.st_mode & 0100) != 0;
  ::archive_entry_set_perm(entry, executable ? 0755 : 0644);
  ::archive_entry_set_size(entry, file.size_bytes);
  auto seconds = std::chrono::floor<std::chrono::seconds>(changed_at_.time_since_epoch());
  ::archive_entry_set_mtime(entry, seconds.count(), 0);
  return writer_->check(::archive_write_header(writer_->zip, entry));
}

Result<void> ZipStream::copy_piece() {
  std::size_t wanted = std::min<std::int64_t>(kPiece, left_);
  ssize_t got = ::read(current_.get(), piece_.data(), wanted);
  if (got < 0 && errno == EINTR) return ok();
  if (got < 0) return Error::from_errno("read", "an artifact", errno);
  if (got == 0) return internal_error("an artifact is shorter than it was");
  left_ -= got;
  la_ssize_t written =
      ::archive_write_data(writer_->zip, piece_.data(), static_cast<std::size_t>(got));
  GB_TRY_VOID(writer_->check(written));
  if (written != got) return internal_error("creating a zip: not all data was written");
  return ok();
}

}  // namespace glovebox
