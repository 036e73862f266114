#include "store/data_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "store/output_journal.h"
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
    report.add(fmt::format("glovebox.db: a row of {} refers to no row of {}", references.text(0),
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

Result<bool> knows_job(SqliteDatabase& database, const std::string& job) {
  GB_TRY(SqliteStatement known, database.prepare("SELECT 1 FROM jobs WHERE id = ?"));
  known.bind(0, job);
  return known.step();
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code code;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    files.push_back(at->path());
  }
  std::ranges::sort(files);
  return files;
}

std::string job_of_journal(const fs::path& file) {
  return OutputJournal::job_of(file.filename().native()).str();
}

// A file of a job that no record names: its output would be removed. A running server may write a
// job's first output just before its record, so each file is checked twice.
Result<void> check_journals(SqliteDatabase& database, const fs::path& folder, DataReport& report) {
  static constexpr std::chrono::milliseconds kRecordTakes{500};
  std::vector<fs::path> unknown;
  for (const fs::path& journal : files_in(folder / "output")) {
    ++report.journals;
    std::error_code code;
    bool readable = fs::is_regular_file(journal, code) && std::ifstream(journal).good();
    if (!readable && fs::exists(journal, code)) {
      report.add(fmt::format("{}, the output of a job, cannot be read", journal.native()));
    }
    GB_TRY(bool known, knows_job(database, job_of_journal(journal)));
    if (!known) unknown.push_back(journal);
  }
  if (!unknown.empty()) std::this_thread::sleep_for(kRecordTakes);
  for (const fs::path& journal : unknown) {
    GB_TRY(bool known, knows_job(database, job_of_journal(journal)));
    std::error_code code;
    if (known || !fs::exists(journal, code)) continue;
    report.add(
        fmt::format("{} is the output of a job that the database does not know", journal.native()));
  }
  return ok();
}

Result<void> check_all(SqliteDatabase& database, const fs::path& folder, DataReport& report) {
  GB_TRY_VOID(check_structure(database, report));
  GB_TRY_VOID(check_jobs(database, folder, report));
  GB_TRY_VOID(check_projects(database, folder, report));
  return check_journals(database, folder, report);
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
               fmt::format("no glovebox.db in {}; give the data directory or the folder of a "
                           "backup",
                           folder.native()));
}

Result<void> refuse_orphans(const fs::path& folder) {
  std::error_code code;
  if (fs::exists(folder / "glovebox.db", code)) return ok();
  std::string found;
  for (const char* name : {"projects/trees", "artifacts", "output"}) {
    if (!files_in(folder / name).empty()) found += std::string(found.empty() ? "" : ", ") + name;
  }
  std::uintmax_t log = fs::file_size(folder / "glovebox.db-wal", code);
  if (!code && log > 0) found += std::string(found.empty() ? "" : ", ") + "glovebox.db-wal";
  if (found.empty()) return ok();
  return Error(
      ErrorKind::kUser,
      fmt::format(
          "the database glovebox.db is missing in {0}, and {1} of its jobs and "
          "projects are there; a new database would know nothing of them, and "
          "the server would remove them. Put glovebox.db back, or a backup: "
          "glovebox data restore BACKUP --data-dir {0}. To start with an empty database, move {1} "
          "away",
          folder.native(), found));
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
                 ? "glovebox.db is damaged or not a database"
                 : "glovebox.db is another program's SQLite database, or lost its tables");
  return report;
}

}  // namespace glovebox
