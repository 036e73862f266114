#include "store/store_health.h"

#include <cerrno>

#include "base/log.h"

namespace glovebox {
namespace {

constexpr const char* kDamaged =
    "the database glovebox.db is damaged; stop the server, check it with \"glovebox data check\" "
    "and restore a backup with \"glovebox data restore\"";
constexpr const char* kMissing =
    "the database file glovebox.db was removed or replaced while the server runs; stop the "
    "server and restore a backup with \"glovebox data restore\"";
constexpr const char* kUnusable =
    "the database glovebox.db cannot be read or written; see the server's log for the error";
constexpr const char* kFull =
    "the disk of the data directory is full: durable jobs are refused and ended jobs are held in "
    "memory; free some space";
constexpr const char* kLocked =
    "another program holds a lock on the database glovebox.db; nothing can be written until it "
    "releases the lock";

}  // namespace

void StoreHealth::failed(const Error& error) {
  switch (error.errno_value()) {
    case ENOSPC:
      passing_.insert("disk_full");
      return report("disk_full", kFull, HealthEffect::kDegraded);
    case EBADMSG:
      return report("database_damaged", kDamaged, HealthEffect::kTakesNoJobs);
    case ENOENT:
      passing_.insert("database_missing");
      return report("database_missing", kMissing, HealthEffect::kTakesNoJobs);
    case EIO:
      passing_.insert("database_unusable");
      return report("database_unusable", kUnusable, HealthEffect::kTakesNoJobs);
    case EBUSY:
      passing_.insert("database_locked");
      return report("database_locked", kLocked, HealthEffect::kDegraded);
    default:
      return;
  }
}

void StoreHealth::committed() {
  if (passing_.empty()) return;
  for (const std::string& code : passing_) board_->clear(code);
  passing_.clear();
}

void StoreHealth::report(const char* code, const char* message, HealthEffect effect) {
  if (board_ != nullptr) {
    board_->report({code, message, effect});
  } else {
    passing_.clear();
  }
}

Error told_if_unavailable(Error error) {
  const char* told = nullptr;
  switch (error.errno_value()) {
    case ENOSPC:
      told = "the server's disk is full; try again later";
      break;
    case EBUSY:
    case ENOENT:
    case EIO:
    case EBADMSG:
      told = "the server's database cannot be used at the moment; try again later";
      break;
    default:
      return error;
  }
  spdlog::error("{}", escape_for_log(error.message()));
  return Error(ErrorKind::kQueueFull, told)
      .with("limit", error.errno_value() == ENOSPC ? "disk" : "database")
      .with_retry_after(HealthBoard::kRetryAfter)
      .with_errno(error.errno_value());
}

bool fails_for_good(const Error& error) {
  return error.errno_value() == EFBIG || error.errno_value() == EINVAL;
}

}  // namespace glovebox
