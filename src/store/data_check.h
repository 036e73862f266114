// check_data: whether a data directory, or a backup of one, is whole. Reads only, also beside a
// server that writes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct DataReport {
  // Each a line for people. At most kMostProblems; how many more there are is counted.
  static constexpr std::size_t kMostProblems = 100;
  std::vector<std::string> problems;
  std::int64_t more_problems = 0;
  bool damaged = false;  // the database itself, not only a file that it names
  std::int64_t jobs = 0;
  std::int64_t projects = 0;
  std::int64_t artifacts = 0;
  std::int64_t journals = 0;  // of the output of jobs that have not ended

  void add(std::string problem);
};

// kUser where there is no database in the folder.
Result<void> require_database(const std::filesystem::path& folder);

// kUser where the directory has projects, files or output of jobs, or a write-ahead log, and no
// database that knows of them: a new one would take them for litter and remove them.
Result<void> refuse_orphans(const std::filesystem::path& folder);

// The database's own structure and references, the files of each ended job, the tree of each
// project, and the journals of output. Errors only where the check itself cannot be made.
Result<DataReport> check_data(const std::filesystem::path& folder);

}  // namespace glovebox
