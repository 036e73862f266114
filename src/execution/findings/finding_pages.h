// What all lists of findings have in common: filters, comparison, pages; and reports in files.
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

// kValidation where it is not of a page before.
Result<std::size_t> parse_findings_cursor(const std::string& cursor);

// One page of `now`: those of `before` that are gone come last. `before` null: nothing is compared.
// Takes time in proportion to both.
Result<FindingsPage> findings_page(const std::vector<Finding>& now,
                                   const std::vector<Finding>* before, const FindingsQuery& query);

// kValidation names the formats that there are.
Result<ReportFormat> parse_report_format(const std::string& format);
// Writes the report to a file without a name on the store's disk. Blocks.
Result<FindingsReport> write_report_file(ReportFormat format, std::span<const ReportRun> runs,
                                         ProjectStore& store);

}  // namespace glovebox
