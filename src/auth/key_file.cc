#include "auth/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>

#include "base/os.h"
#include "base/scope_exit.h"
#include "base/units.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

constexpr auto kLockTime = std::chrono::seconds(10);
constexpr auto kLockPause = std::chrono::milliseconds(20);

Error unusable(const std::string& path, std::string_view why) {
  return Error(ErrorKind::kUser, fmt::format("the keys file {} {}", path, why));
}

std::string why_not_opened(const Error& error) {
  if (error.errno_value() == ENOENT)
    return "does not exist; create it with 'glovebox key create NAME'";
  std::string why = "cannot be read: " + error.message();
  if (error.errno_value() != EACCES) return why;
  return why +
         "; make it readable for the server's user; a server started as root has dropped "
         "the right to read other users' files";
}

Error failed(std::string_view call, const fs::path& path) {
  return Error::from_errno(call, path.native(), errno).with_kind(ErrorKind::kUser);
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Serializes edits. The lock is on the folder, because the file itself is replaced.
Result<UniqueFd> lock_folder(const fs::path& folder) {
  GB_TRY(UniqueFd fd, os::open(folder.native(), O_RDONLY | O_DIRECTORY));
  auto deadline = std::chrono::steady_clock::now() + kLockTime;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failed("flock", folder);
    if (std::chrono::steady_clock::now() > deadline) {
      return Error(ErrorKind::kUser, fmt::format("another process has locked {} for {}; try again "
                                                 "when it has finished",
                                                 folder.native(), format_duration(kLockTime)));
    }
    std::this_thread::sleep_for(kLockPause);
  }
  return fd;
}

Result<void> keep_owner(int fd, const struct stat& old, const fs::path& path) {
  struct stat made {};
  if (::fstat(fd, &made) != 0) return failed("fstat", path);
  bool same = made.st_uid == old.st_uid && made.st_gid == old.st_gid;
  if (!same && ::fchown(fd, old.st_uid, old.st_gid) != 0) {
    return failed("fchown", path)
        .with_context("this would change the file's owner; run the command as its current owner");
  }
  if (::fchmod(fd, old.st_mode & 07777) != 0) return failed("fchmod", path);
  return ok();
}

Result<void> replace(const fs::path& path, const std::string& text,
                     const std::optional<struct stat>& old) {
  fs::path folder = path.parent_path();
  std::string name = (folder / fmt::format(".{}.XXXXXX", path.filename().native())).native();
  UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.valid()) return failed("mkostemp", name);
  ScopeExit remove([&name] { ::unlink(name.c_str()); });
  if (old) GB_TRY_VOID(keep_owner(fd.get(), *old, path));
  GB_TRY_VOID(os::write_fd(fd.get(), text, name));
  if (::fsync(fd.get()) != 0) return failed("fsync", name);
  if (::rename(name.c_str(), path.c_str()) != 0) return failed("rename", path);
  remove.release();
  GB_TRY(UniqueFd folder_fd, os::open(folder.native(), O_RDONLY | O_DIRECTORY));
  if (::fsync(folder_fd.get()) != 0) return failed("fsync", folder);
  return ok();
}

}  // namespace

Result<KeyFile> KeyFile::open(const std::string& path) {
  // O_NONBLOCK: a pipe of that name must not block us.
  auto fd = os::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd.has_error()) {
    std::string message = unusable(path, why_not_opened(fd.error())).message();
    return std::move(fd).error().with_kind(ErrorKind::kUser).with_message(std::move(message));
  }
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) return failed("fstat", path);
  if (!S_ISREG(status.st_mode)) return unusable(path, "is not a regular file");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return unusable(path, fmt::format("is writable by users other than its owner, who could "
                                      "add keys: chmod go-w {}",
                                      path));
  }
  if (static_cast<std::size_t>(status.st_size) > kMaxBytes) {
    return unusable(path, "is larger than " + format_bytes(ByteCount(kMaxBytes)));
  }
  return KeyFile(path, std::move(fd).value(), status);
}

Result<std::string> KeyFile::read() const {
  std::string text(kMaxBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    ssize_t got =
        ::pread(fd_.get(), text.data() + size, text.size() - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path_);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxBytes) {
    return unusable(path_, "is larger than " + format_bytes(ByteCount(kMaxBytes)));
  }
  text.resize(size);
  return text;
}

bool KeyFile::same_as(const KeyFile& other) const {
  const struct stat& a = status_;
  const struct stat& b = other.status_;
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mode == b.st_mode && same_time(a.st_mtim, b.st_mtim) &&
         same_time(a.st_ctim, b.st_ctim);
}

bool KeyFile::is_fresh(std::chrono::seconds period) const {
  return std::time(nullptr) - status_.st_ctim.tv_sec < period.count();
}

Result<void> edit_key_file(const std::string& path, MissingKeyFile missing,
                           const KeyFileEdit& edit) {
  std::error_code code;
  fs::path file = fs::weakly_canonical(fs::absolute(path, code), code);
  if (code) return unusable(path, "cannot be found: " + code.message());
  auto lock = lock_folder(file.parent_path());
  if (lock.has_error()) {
    return unusable(path, "cannot be made or changed: " + lock.error().message());
  }
  std::string text;
  std::optional<struct stat> old;
  auto opened = KeyFile::open(file.native());
  if (opened) {
    GB_TRY(text, opened->read());
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return failed("stat", file);
    old = status;
  } else if (opened.error().errno_value() != ENOENT || missing == MissingKeyFile::kError) {
    return opened.error();
  }
  GB_TRY(std::string edited, edit(text));
  if (edited.size() > KeyFile::kMaxBytes) {
    return unusable(path, "would be larger than " + format_bytes(ByteCount(KeyFile::kMaxBytes)));
  }
  return replace(file, edited, old);
}

}  // namespace glovebox
