// check_data: checks a data directory or a backup. Read-only; a server may be writing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct DataReport {
  // Messages for people. At most kMostProblems; the rest is only counted.
  static constexpr std::size_t kMostProblems = 100;
  std::vector<std::string> problems;
  std::int64_t more_problems = 0;
  bool damaged = false;  // the database itself is damaged, not only a file that it names
  std::int64_t jobs = 0;
  std::int64_t projects = 0;
  std::int64_t artifacts = 0;
  std::int64_t journals = 0;  // of the output of jobs that have not ended

  void add(std::string problem);
};

// kUser if the folder has no database.
Result<void> require_database(const std::filesystem::path& folder);

// kUser if the directory has projects, artifacts, output of jobs or a write-ahead log, but no
// database that knows of them: a new database would remove them as leftovers.
Result<void> refuse_orphans(const std::filesystem::path& folder);

// Checks the database's structure and references, the files of each ended job, the tree of each
// project, and the output journals. Returns an Error only if the check cannot run.
Result<DataReport> check_data(const std::filesystem::path& folder);

}  // namespace glovebox
