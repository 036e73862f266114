// What `check` prints at its end: reports, JSON and the exit code.
#pragma once

#include <string>
#include <vector>

#include "findings/report/report.h"
#include "model/checkup.h"
#include "model/finding.h"
#include "model/job.h"

namespace glovebox {

inline constexpr int kExitFindings = 1;
inline constexpr int kExitToolFailed = 2;

// One tool of a check-up that has ended.
struct CheckedTool {
  Job job;
  std::string name;
  std::string version;
  std::string rule_url;
  std::vector<Finding> findings;
  FindingCounts counts;
  std::string last_line;  // of its output, for a tool that failed
};

// Why the tool's findings are incomplete; empty: they are complete.
std::string problem_of(const CheckedTool& tool);
// For the writers of findings/report. Valid as long as `tools`.
std::vector<ReportRun> report_runs(const std::vector<CheckedTool>& tools);
// One object: verdict, counts, tools, and all findings in the order of places, each with `toolId`.
std::string check_json(const std::vector<CheckedTool>& tools);

// 130 if it was cancelled, otherwise 124 if a tool reached its time limit, otherwise 2 if a tool
// failed, otherwise 1 if there are findings of `fail_on` or worse, or a tool reports findings that
// could not be read from its output; otherwise 0.
int check_exit_code(const std::vector<CheckedTool>& tools, FindingSeverity fail_on);

}  // namespace glovebox
