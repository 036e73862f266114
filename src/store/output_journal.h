// OutputJournal: what jobs under way have written, so that a process which is killed leaves behind
// what it has told.
//
// One file a job, below one folder, which nobody but this process writes to. What was appended
// survives the process; power perhaps not: it is not synced. Blocks as long as a write to the page
// cache does. Threads: any, one at a time for one job.
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
  // Makes the folder where there is none (0700); its parent must exist.
  static Result<OutputJournal> open(std::filesystem::path folder);

  // The job's file, for append().
  Result<UniqueFd> begin(const JobId& job) const;
  // All of the bytes, or none: a full disk leaves no torn piece behind which nothing could be read.
  static Result<void> append(int file, std::string_view bytes);
  // What was appended; the last append may be there in part. Empty where there is no file.
  Result<std::string> read(const JobId& job) const;
  bool has(const JobId& job) const;
  // Absent is fine.
  void remove(const JobId& job) const;
  // All other files.
  void clear_except(const std::unordered_set<JobId>& kept) const;

 private:
  explicit OutputJournal(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace glovebox
