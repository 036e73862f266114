#include "data_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kPidBytes = 32;

Error unusable(const std::filesystem::path& path, std::string_view why) {
  return Error(
      ErrorKind::kUser,
      fmt::format("cannot use the data directory {}: {}; choose another one with --data-dir",
                  path.native(), why));
}

std::string holder_of(const std::filesystem::path& lock) {
  auto text = os::read_file(lock, kPidBytes);
  if (text.has_error() || text.value().empty()) return "another server";
  return fmt::format("the server with process id {}", std::atoi(text.value().c_str()));
}

}  // namespace

Result<DataDir> open_data_dir(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::path absolute = std::filesystem::absolute(path, code).lexically_normal();
  if (code) return unusable(path, code.message());
  std::filesystem::create_directories(absolute.parent_path(), code);
  if (code) return unusable(absolute, code.message());
  auto made = os::ensure_dir(absolute, 0700);
  if (made.has_error()) return unusable(absolute, made.error().message());

  DataDir directory{absolute};
  std::filesystem::path lock = absolute / "lock";
  auto opened = os::open(lock, O_RDWR | O_CREAT, 0600);
  if (opened.has_error()) return unusable(absolute, opened.error().message());
  directory.lock = std::move(opened).value();
  if (::flock(directory.lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return unusable(absolute, holder_of(lock) + " uses it");
    return unusable(absolute, Error::from_errno("flock", lock.native(), errno).message());
  }
  GB_TRY_VOID(os::check(::ftruncate(directory.lock.get(), 0), "ftruncate", lock.native()));
  GB_TRY_VOID(os::write_fd(directory.lock.get(), fmt::format("{}\n", ::getpid()), lock.native()));
  return directory;
}

}  // namespace glovebox
