#include "store/store_health.h"

#include <cerrno>

namespace glovebox {
namespace {

constexpr const char* kDamaged =
    "the database glovebox.db is damaged; stop the server, look at it with \"glovebox data check\" "
    "and put a backup back with \"glovebox data restore\"";
constexpr const char* kMissing =
    "the database file glovebox.db is missing or was replaced while the server runs; stop the "
    "server and put a backup back with \"glovebox data restore\"";
constexpr const char* kUnusable =
    "the database glovebox.db cannot be read or written; the server's log has the system's error";
constexpr const char* kFull =
    "the disk of the data directory is full: jobs that must be recorded first are refused, and "
    "ends of jobs wait in memory; free some space";

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

bool fails_for_good(const Error& error) {
  return error.errno_value() == EFBIG || error.errno_value() == EINVAL;
}

}  // namespace glovebox
