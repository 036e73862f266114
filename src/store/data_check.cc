#include "store/data_check.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <utility>

#include "store/sqlite.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Result<void> check_structure(SqliteDatabase& database, DataReport& report) {
  GB_TRY(SqliteStatement check, database.prepare("PRAGMA integrity_check(100)"));
  for (;;) {
    GB_TRY(bool row, check.step());
    if (!row) break;
    std::string text = check.text(0);
    if (text == "ok") continue;
    report.damaged = true;
    report.add("glovebox.db: " + text);
  }
  GB_TRY(SqliteStatement references, database.prepare("PRAGMA foreign_key_check"));
  for (;;) {
    GB_TRY(bool row, references.step());
    if (!row) return ok();
    report.add(fmt::format("glovebox.db: a row of {} belongs to no row of {}", references.text(0),
                           references.text(2)));
  }
}

void check_artifacts(const fs::path& folder, const std::string& job, const std::string& list,
                     DataReport& report) {
  boost::system::error_code error;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  json::value parsed = json::parse(list, error, {}, options);
  if (error || !parsed.is_array()) return report.add("the record of " + job + " is damaged");
  std::size_t number = 0;
  for (const json::value& file : parsed.get_array()) {
    const json::array* pair = file.if_array();
    bool valid = pair != nullptr && pair->size() == 2 && (*pair)[1].is_int64();
    if (!valid) return report.add("the record of " + job + " is damaged");
    fs::path path = folder / "artifacts" / job / std::to_string(number++);
    std::error_code code;
    auto size = fs::file_size(path, code);
    ++report.artifacts;
    if (code || size != static_cast<std::uintmax_t>((*pair)[1].get_int64())) {
      report.add(
          fmt::format("{}, a file of {}, is missing or has another size", path.native(), job));
    }
  }
}

Result<void> check_jobs(SqliteDatabase& database, const fs::path& folder, DataReport& report) {
  GB_TRY(SqliteStatement jobs,
         database.prepare("SELECT id, artifacts FROM jobs WHERE finished_at IS NOT NULL"));
  for (;;) {
    GB_TRY(bool row, jobs.step());
    if (!row) return ok();
    ++report.jobs;
    check_artifacts(folder, jobs.text(0), jobs.text(1), report);
  }
}

Result<void> check_projects(SqliteDatabase& database, const fs::path& folder, DataReport& report) {
  GB_TRY(SqliteStatement projects, database.prepare("SELECT id, sha256 FROM projects"));
  for (;;) {
    GB_TRY(bool row, projects.step());
    if (!row) return ok();
    ++report.projects;
    fs::path tree = folder / "projects" / "trees" / projects.text(1);
    std::error_code code;
    if (fs::is_directory(tree, code)) continue;
    report.add(
        fmt::format("{}, the files of project {}, is missing", tree.native(), projects.text(0)));
  }
}

Result<void> check_all(SqliteDatabase& database, const fs::path& folder, DataReport& report) {
  GB_TRY_VOID(check_structure(database, report));
  GB_TRY_VOID(check_jobs(database, folder, report));
  return check_projects(database, folder, report);
}

}  // namespace

void DataReport::add(std::string problem) {
  if (problems.size() < kMostProblems) {
    problems.push_back(std::move(problem));
  } else {
    ++more_problems;
  }
}

Result<void> require_database(const fs::path& folder) {
  std::error_code code;
  if (fs::is_regular_file(folder / "glovebox.db", code)) return ok();
  return Error(ErrorKind::kUser,
               fmt::format("there is no glovebox.db in {}; name the data directory, or the folder "
                           "of a backup",
                           folder.native()));
}

Result<DataReport> check_data(const fs::path& folder) {
  GB_TRY_VOID(require_database(folder));
  DataReport report;
  GB_TRY(SqliteDatabase database, SqliteDatabase::open_to_read(folder / "glovebox.db"));
  Result<void> checked = check_all(database, folder, report);
  if (!checked.has_error()) return report;
  if (checked.error().errno_value() != EBADMSG && checked.error().errno_value() != 0) {
    return checked.error();
  }
  report.damaged = true;
  report.add(checked.error().errno_value() == EBADMSG
                 ? "glovebox.db is damaged, or is no database"
                 : "glovebox.db is an SQLite database of another program, or lost its tables");
  return report;
}

}  // namespace glovebox
