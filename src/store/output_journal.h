// OutputJournal: the output of running jobs, so that output that clients have received survives a
// killed process.
//
// One file per job and attempt, in one folder that only this process writes to. Appended data
// survives a crash of the process, but possibly not a power failure: it is not synced. Blocks as
// long as a write to the page cache. Threads: any, one at a time per job.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/ids.h"

namespace glovebox {

class OutputJournal {
 public:
  // Whose output is in a file of that name.
  static JobId job_of(std::string_view file_name);
  // Creates the folder (0700) if missing; its parent must exist.
  static Result<OutputJournal> open(std::filesystem::path folder);

  // The job's file, for append().
  Result<UniqueFd> begin(const JobId& job, int attempt) const;
  // Writes all of the bytes, or none: a full disk leaves no incomplete piece, after which nothing
  // could be read.
  static Result<void> append(int file, std::string_view bytes);
  // The appended data; the last append may be incomplete. Empty if there is no file.
  Result<std::string> read(const JobId& job, int attempt) const;
  bool has(const JobId& job, int attempt) const;
  // No error if there is none.
  void remove(const JobId& job, int attempt) const;
  // Removes the files of all other jobs.
  void clear_except(const std::unordered_set<JobId>& kept) const;

 private:
  std::filesystem::path file_of(const JobId& job, int attempt) const;

  explicit OutputJournal(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace glovebox
