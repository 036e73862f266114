#include "store/sqlite.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace glovebox {
namespace {

// How long a call waits for another connection, such as a backup, to release the file.
constexpr int kBusyMs = 5000;

int errno_of(sqlite3* handle) {
  int system = sqlite3_system_errno(handle);
  switch (sqlite3_errcode(handle) & 0xff) {
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return EBADMSG;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return system == ENOSPC || system == EDQUOT ? ENOSPC : EIO;
    case SQLITE_READONLY:
      return EIO;
    case SQLITE_TOOBIG:
      return EFBIG;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return EINVAL;
    case SQLITE_NOMEM:
      return ENOMEM;
    default:
      return 0;
  }
}

Error sqlite_error(sqlite3* handle, std::string_view what) {
  if (handle && sqlite3_errcode(handle) == SQLITE_BUSY) {
    return Error(ErrorKind::kConflict,
                 "the database is in use by another process; stop the other Glovebox, or use "
                 "another data directory")
        .with_errno(EBUSY);
  }
  std::string message = "database: " + std::string(what) + ": ";
  if (!handle) return internal_error(message + "out of memory").with_errno(ENOMEM);
  return internal_error(message + sqlite3_errmsg(handle)).with_errno(errno_of(handle));
}

}  // namespace

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), bind_error_(other.bind_error_) {}

SqliteStatement::~SqliteStatement() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

// SQLite copies bound text and blobs, so they need not outlive the call.
void SqliteStatement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() ? text.data() : "";
  bind_error_ |= sqlite3_bind_text64(statement_, parameter + 1, data, text.size(), SQLITE_TRANSIENT,
                                     SQLITE_UTF8);
}

void SqliteStatement::bind(int parameter, std::int64_t number) {
  bind_error_ |= sqlite3_bind_int64(statement_, parameter + 1, number);
}

void SqliteStatement::bind(int parameter, std::optional<std::int64_t> number) {
  if (number) {
    bind(parameter, *number);
  } else {
    bind_error_ |= sqlite3_bind_null(statement_, parameter + 1);
  }
}

void SqliteStatement::bind_blob(int parameter, std::string_view bytes) {
  const char* data = bytes.data() ? bytes.data() : "";
  bind_error_ |=
      sqlite3_bind_blob64(statement_, parameter + 1, data, bytes.size(), SQLITE_TRANSIENT);
}

Result<bool> SqliteStatement::step() {
  if (bind_error_ != 0) return sqlite_error(sqlite3_db_handle(statement_), "bind");
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
}

Result<void> SqliteStatement::run() {
  for (;;) {
    GB_TRY(bool row, step());
    if (!row) return ok();
  }
}

std::string SqliteStatement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data ? std::string(static_cast<const char*>(data), size) : std::string();
}

std::int64_t SqliteStatement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> SqliteStatement::optional_number(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

Result<SqliteDatabase> SqliteDatabase::open_with(const std::filesystem::path& path, int flags) {
  sqlite3* handle = nullptr;
  int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteDatabase database(handle);
  if (code != SQLITE_OK) return sqlite_error(handle, "open " + path.string());
  sqlite3_busy_timeout(handle, kBusyMs);
  return database;
}

Result<SqliteDatabase> SqliteDatabase::open_to_read(const std::filesystem::path& path) {
  return open_with(path, SQLITE_OPEN_READONLY);
}

Result<SqliteDatabase> SqliteDatabase::open(const std::filesystem::path& path) {
  GB_TRY(SqliteDatabase database, open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  // The WAL files inherit its mode.
  if (path != ":memory:") ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  return database;
}

SqliteDatabase::SqliteDatabase(SqliteDatabase&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), prepared_(std::move(other.prepared_)) {}

SqliteDatabase::~SqliteDatabase() {
  for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<void> SqliteDatabase::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return ok();
  return sqlite_error(handle_, sql);
}

Result<SqliteStatement> SqliteDatabase::prepare_literal(const char* sql) {
  auto [at, is_new] = prepared_.try_emplace(sql, nullptr);
  if (is_new && sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &at->second,
                                   nullptr) != SQLITE_OK) {
    prepared_.erase(at);
    return sqlite_error(handle_, sql);
  }
  return SqliteStatement(at->second);
}

std::int64_t SqliteDatabase::changes() const {
  return sqlite3_changes64(handle_);
}

Result<void> SqliteDatabase::check_in_place() const {
  int moved = 0;
  int code = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (code != SQLITE_OK || moved == 0) return ok();
  return internal_error("database: its file was removed or replaced").with_errno(ENOENT);
}

Result<void> SqliteDatabase::copy_to(const std::filesystem::path& target) {
  constexpr int kCreate = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  GB_TRY(SqliteDatabase copy, open_with(target, kCreate));
  ::chmod(target.c_str(), S_IRUSR | S_IWUSR);
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle_, "main", handle_, "main");
  if (backup == nullptr) return sqlite_error(copy.handle_, "back up to " + target.string());
  // In one step, which is one read transaction: writers cannot change the data during the backup.
  int code = sqlite3_backup_step(backup, -1);
  int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE && finished == SQLITE_OK) return ok();
  return sqlite_error(copy.handle_, "back up to " + target.string());
}

bool SqliteDatabase::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

}  // namespace glovebox
