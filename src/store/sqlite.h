// SQLite, with each call wrapped once. One thread at a time uses a connection and its statements.
//
// Errors are kInternal. errno_value() has the kind of fault: ENOSPC: disk full; EBADMSG: file
// damaged or not a database; ENOENT: file removed or replaced; EIO: cannot be read or written;
// EFBIG: row too large; EINVAL: violates a constraint; EBUSY: used by another connection; ENOMEM;
// 0: other. kConflict if the database is busy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace glovebox {

// A prepared statement, ready to be bound and run. Its destructor returns it to the database.
// Columns and parameters are numbered from 0. step() reports a failed bind.
class SqliteStatement {
 public:
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;
  ~SqliteStatement();

  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  void bind(int parameter, std::optional<std::int64_t> number);
  void bind_blob(int parameter, std::string_view bytes);

  // True: a row is available. False: no more rows.
  Result<bool> step();
  // Runs to the end, for statements that return no rows.
  Result<void> run();

  std::string text(int column) const;  // also for a blob
  std::int64_t number(int column) const;
  std::optional<std::int64_t> optional_number(int column) const;

 private:
  sqlite3_stmt* statement_ = nullptr;
  int bind_error_ = 0;
};

class SqliteDatabase {
 public:
  // Creates the file (0600) if missing. ":memory:" is deleted with the connection.
  static Result<SqliteDatabase> open(const std::filesystem::path& path);
  // Read-only; a server may be writing. The file must exist.
  static Result<SqliteDatabase> open_to_read(const std::filesystem::path& path);
  SqliteDatabase(SqliteDatabase&& other) noexcept;
  SqliteDatabase& operator=(SqliteDatabase&&) = delete;
  ~SqliteDatabase();

  // Runs one or more statements without parameters or rows.
  Result<void> execute(const char* sql);
  // Prepares a statement once. It is identified by the address of its text, a literal. Do not
  // request it again while it is in use.
  template <std::size_t N>
  Result<SqliteStatement> prepare(const char (&literal)[N]) {
    return prepare_literal(literal);
  }
  // The number of rows that the last statement changed.
  std::int64_t changes() const;
  // ENOENT if the file was removed or replaced since it was opened.
  Result<void> check_in_place() const;
  // Writes a consistent snapshot to a file that must not exist. Other connections can write
  // meanwhile. Blocks.
  Result<void> copy_to(const std::filesystem::path& target);
  bool in_transaction() const;

 private:
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  static Result<SqliteDatabase> open_with(const std::filesystem::path& path, int flags);
  Result<SqliteStatement> prepare_literal(const char* sql);
  sqlite3* handle_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> prepared_;
};

}  // namespace glovebox
