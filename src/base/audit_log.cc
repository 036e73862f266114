#include "base/audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/log.h"
#include "base/os.h"

namespace glovebox {
namespace {

constexpr const char* kAuditReason = "audit_log";
constexpr unsigned kAuditMode = 0640;

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(std::string path, HealthBoard& health) {
  auto log = std::make_unique<AuditLog>();
  log->path_ = std::move(path);
  log->health_ = &health;
  GB_TRY(log->file_, log->open_file());
  return log;
}

// A symbolic link in the place of the file could lead events elsewhere, and a FIFO would block.
Result<UniqueFd> AuditLog::open_file() const {
  int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  GB_TRY(UniqueFd file, os::open(path_, flags, kAuditMode));
  struct stat info {};
  GB_TRY_VOID(os::check(::fstat(file.get(), &info), "fstat", path_));
  if (!S_ISREG(info.st_mode)) return validation_error("audit_file is not a regular file: " + path_);
  return file;
}

bool AuditLog::was_replaced() const {
  struct stat now {};
  struct stat open {};
  if (::stat(path_.c_str(), &now) != 0) return errno == ENOENT;
  if (::fstat(file_.get(), &open) != 0) return true;
  return now.st_dev != open.st_dev || now.st_ino != open.st_ino;
}

void AuditLog::reopen() {
  if (path_.empty()) return;
  Result<UniqueFd> file = open_file();
  if (file.has_error()) {
    spdlog::error("the audit log cannot be opened again: {}",
                  escape_for_log(file.error().message()));
    return;
  }
  file_ = std::move(*file);
  torn_ = false;
}

Result<void> AuditLog::append(const LogEvent& event) {
  if (!file_.valid() || was_replaced()) {
    GB_TRY(file_, open_file());
    torn_ = false;
  }
  std::string line = torn_ ? "\n" : "";
  line += event.as_json(spdlog::log_clock::now(), spdlog::level::info) + "\n";
  ssize_t written = ::write(file_.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) {
    torn_ = false;
    return ok();
  }
  int code = written < 0 ? errno : ENOSPC;
  torn_ = torn_ || written > 0;
  return Error::from_errno("write", path_, code);
}

void AuditLog::write(const LogEvent& event) {
  if (path_.empty()) return event.write();
  Result<void> appended = append(event);
  if (!appended.has_error()) return health_->clear(kAuditReason);
  spdlog::error("the audit log cannot be written: {}", escape_for_log(appended.error().message()));
  event.write();
  health_->report({kAuditReason,
                   "the audit log cannot be written; its events go to the server's log",
                   HealthEffect::kDegraded});
}

}  // namespace glovebox
