// Common code of all lists of findings: filters, comparison, pages; and reports in files.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "execution/findings.h"
#include "findings/report/report.h"
#include "projects/project_store.h"

namespace glovebox {

bool passes(const FindingFilter& filter, const Finding& finding);

// kValidation if it is not from a previous page.
Result<std::size_t> parse_findings_cursor(const std::string& cursor);

// One page of `now`. The findings of `before` that have disappeared come last. `before` null: no
// comparison. Takes time proportional to both.
Result<FindingsPage> findings_page(const std::vector<Finding>& now,
                                   const std::vector<Finding>* before, const FindingsQuery& query);

// kValidation lists the supported formats.
Result<ReportFormat> parse_report_format(const std::string& format);
// Writes the report to an unnamed file on the store's disk. Blocks.
Result<FindingsReport> write_report_file(ReportFormat format, std::span<const ReportRun> runs,
                                         ProjectStore& store);

}  // namespace glovebox
