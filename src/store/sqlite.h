// SQLite, each call wrapped once. One connection and its statements belong to one thread at a time.
//
// Errors are kInternal, with an errno_value() that says what kind of fault it is: ENOSPC: the disk
// is full; EBADMSG: the file is damaged or no database; ENOENT: it is gone or another file has its
// name; EIO: it cannot be read or written; EFBIG: more than a row can hold; EINVAL: a constraint
// refused it; EBUSY: another connection holds it; ENOMEM; 0: another. kConflict where it is busy.
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

// A prepared statement, ready to be bound and run. It goes back to its database when destroyed.
// Columns and parameters are numbered from 0. A failed bind shows in step().
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

  // True: a row stands ready. False: no more.
  Result<bool> step();
  // To the end, for statements that return no rows.
  Result<void> run();

  std::string text(int column) const;  // also of a blob
  std::int64_t number(int column) const;
  std::optional<std::int64_t> optional_number(int column) const;

 private:
  sqlite3_stmt* statement_ = nullptr;
  int bind_error_ = 0;
};

class SqliteDatabase {
 public:
  // Makes the file (0600) where there is none. ":memory:" is one that goes with the connection.
  static Result<SqliteDatabase> open(const std::filesystem::path& path);
  // Reads only, also beside a server that writes. The file must be there.
  static Result<SqliteDatabase> open_to_read(const std::filesystem::path& path);
  SqliteDatabase(SqliteDatabase&& other) noexcept;
  SqliteDatabase& operator=(SqliteDatabase&&) = delete;
  ~SqliteDatabase();

  // Statements without parameters or rows, several at once.
  Result<void> execute(const char* sql);
  // Prepared once, and known by where the text stands: a literal. Not to be asked for again while
  // it is in use.
  template <std::size_t N>
  Result<SqliteStatement> prepare(const char (&literal)[N]) {
    return prepare_literal(literal);
  }
  // Rows that the last statement changed.
  std::int64_t changes() const;
  // ENOENT where the file was removed or replaced since it was opened.
  Result<void> check_in_place() const;
  // All of it as it stands at one moment, into a file that must not be there yet. Writers of the
  // source go on meanwhile. Blocks.
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
