#include "data_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/os.h"
#include "base/scope_exit.h"
#include "data_dir.h"
#include "store/data_check.h"
#include "store/sqlite.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

constexpr int kExitFailed = 1;
constexpr const char* kDatabase = "glovebox.db";
// The parts of a data directory, besides the database, that a backup needs.
constexpr const char* kFolders[] = {"artifacts", "projects"};
// What restore moves away. The rest is the lock, and folders moved by earlier restores.
constexpr const char* kContent[] = {"glovebox.db", "glovebox.db-wal", "glovebox.db-shm",
                                    "artifacts",   "projects",        "output"};

Error failed(const fs::path& path, const std::error_code& code) {
  return Error(ErrorKind::kUser, fmt::format("{}: {}", path.native(), code.message()));
}

// A server may remove files meanwhile. The check runs after the copy, against the copied database.
Result<void> copy_folder(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::create_directories(to, code);
  if (code) return failed(to, code);
  fs::recursive_directory_iterator at(from, fs::directory_options::skip_permission_denied, code);
  if (code == std::errc::no_such_file_or_directory) return ok();
  for (; !code && at != fs::recursive_directory_iterator(); at.increment(code)) {
    fs::path target = to / at->path().lexically_relative(from);
    std::error_code of_one;
    fs::file_status status = at->symlink_status(of_one);
    if (fs::is_directory(status)) {
      fs::create_directory(target, at->path(), of_one);
    } else if (fs::is_symlink(status)) {
      fs::copy_symlink(at->path(), target, of_one);
    } else if (fs::is_regular_file(status)) {
      fs::copy_file(at->path(), target, of_one);
    }
    if (of_one && of_one != std::errc::no_such_file_or_directory) return failed(target, of_one);
  }
  if (code && code != std::errc::no_such_file_or_directory) return failed(from, code);
  return ok();
}

int print_report(const DataReport& report, const fs::path& path) {
  for (const std::string& problem : report.problems) fmt::print("{}\n", problem);
  if (report.more_problems > 0) fmt::print("and {} more\n", report.more_problems);
  if (!report.problems.empty()) {
    fmt::print(stderr,
               "glovebox: {} has {} problems; if the database is damaged, stop the server and "
               "restore a backup: glovebox data restore BACKUP --data-dir {}\n",
               path.native(), report.problems.size() + report.more_problems, path.native());
    return kExitFailed;
  }
  fmt::print(
      "{}: no problem found in {} jobs, {} projects, {} files of jobs and {} journals of output\n",
      path.native(), report.jobs, report.projects, report.artifacts, report.journals);
  return 0;
}

Result<int> check(const fs::path& data) {
  GB_TRY(DataReport report, check_data(data));
  return print_report(report, data);
}

Result<void> check_target(const fs::path& target) {
  std::error_code code;
  if (fs::exists(target, code) && !fs::is_empty(target, code)) {
    return Error(ErrorKind::kUser,
                 fmt::format("{} is not empty; choose a new or empty folder for the backup",
                             target.native()));
  }
  fs::create_directories(target, code);
  if (!code) fs::permissions(target, fs::perms::owner_all, code);
  return code ? failed(target, code) : Result<void>(ok());
}

Result<int> back_up(const fs::path& data, const fs::path& target) {
  GB_TRY_VOID(require_database(data));
  GB_TRY_VOID(check_target(target));
  {
    GB_TRY(SqliteDatabase database, SqliteDatabase::open_to_read(data / kDatabase));
    GB_TRY_VOID(database.copy_to(target / kDatabase));
  }
  // After the database, so that the database refers to no file that is missing in the copy.
  for (const char* folder : kFolders) GB_TRY_VOID(copy_folder(data / folder, target / folder));
  GB_TRY(DataReport report, check_data(target));
  return print_report(report, target);
}

// To a folder on the same file system, so that it can be renamed.
Result<fs::path> move_away(const fs::path& data) {
  std::string time = format_rfc3339(SystemClock().wall_now());
  fs::path away = data / ("replaced-" + time);
  std::error_code code;
  fs::create_directory(away, code);
  if (code) return failed(away, code);
  fs::permissions(away, fs::perms::owner_all, code);
  for (const char* name : kContent) {
    if (!fs::exists(data / name, code)) continue;
    fs::rename(data / name, away / name, code);
    if (code) return failed(data / name, code);
  }
  return away;
}

Result<int> restore(const fs::path& data, const fs::path& backup) {
  GB_TRY(DataDir held, open_data_dir(data));
  GB_TRY_VOID(require_database(backup));
  GB_TRY(DataReport report, check_data(backup));
  if (report.damaged) {
    (void)print_report(report, backup);
    return Error(ErrorKind::kUser, "the backup's database is damaged; nothing was changed");
  }
  // Complete before anything is moved, so that a full disk changes nothing.
  fs::path incoming = held.path / "restoring";
  std::error_code ignored;
  fs::remove_all(incoming, ignored);
  ScopeExit tidy([&] { fs::remove_all(incoming, ignored); });
  GB_TRY_VOID(copy_folder(backup, incoming));
  GB_TRY(fs::path away, move_away(held.path));
  for (const char* name : kContent) {
    std::error_code code;
    if (!fs::exists(incoming / name, code)) continue;
    fs::rename(incoming / name, held.path / name, code);
    if (code) return failed(held.path / name, code);
  }
  fmt::print("restored {} from {}; the old content is in {}\n", held.path.native(), backup.native(),
             away.native());
  return print_report(report, held.path);
}

Result<int> run(const DataCommand& command) {
  fs::path data = fs::absolute(command.settings.data_dir);
  switch (command.action) {
    case DataAction::kCheck:
      return check(data);
    case DataAction::kBackup:
      return back_up(data, fs::absolute(command.backup));
    case DataAction::kRestore:
      return restore(data, fs::absolute(command.backup));
  }
  return kExitFailed;
}

}  // namespace

int data_command(const DataCommand& command) {
  Result<int> code = run(command);
  if (!code.has_error()) return *code;
  fmt::print(stderr, "glovebox: {}\n", code.error().message());
  return kExitFailed;
}

}  // namespace glovebox
