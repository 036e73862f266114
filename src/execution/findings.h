// Findings: the places in the source that jobs found, as lists and as reports.
//
// Jobs of another owner are kNotFound, as if they did not exist. A running job has the findings so
// far, without fingerprints; a job whose output is not read for findings has none. Threads: the
// event loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "model/finding.h"
#include "model/job.h"

namespace glovebox {

struct JobFindings {
  Job job;
  std::vector<Finding> findings;  // in the order of the output; at most kMaxFindings
};

// Empty fields do not filter.
struct FindingFilter {
  std::optional<FindingSeverity> severity;
  std::string rule;
  std::string path;  // a file, or a folder with everything below it
};

struct FindingsQuery {
  FindingFilter filter;
  std::optional<JobId> against;  // an earlier run of the same tool, to compare with
  std::string cursor;            // of an earlier page; empty: start with the first
  std::int64_t limit = 100;
};
struct ListedFinding {
  Finding finding;
  std::string_view change;  // "new", "fixed", "unchanged"; empty: no comparison
};
struct FindingsPage {
  std::vector<ListedFinding> findings;
  std::string next_cursor;  // empty: the last page
};

// A report in an unnamed file.
struct FindingsReport {
  UniqueFd file;
  std::string media_type;
  std::string suffix;  // extension of the file name, such as ".sarif"
};

class Findings {
 public:
  virtual ~Findings() = default;

  virtual Awaitable<Result<std::shared_ptr<const JobFindings>>> all(ClientId caller, JobId id) = 0;
  // kValidation for a cursor that this service did not create, and for an `against` of another
  // tool.
  virtual Awaitable<Result<FindingsPage>> page(ClientId caller, JobId id, FindingsQuery query) = 0;
  // `format` is a name that find_report_format() knows, otherwise kValidation. kConflict until the
  // job has ended.
  virtual Awaitable<Result<FindingsReport>> report(ClientId caller, JobId id,
                                                   std::string format) = 0;
};

}  // namespace glovebox
