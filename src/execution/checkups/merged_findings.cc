#include "execution/checkups/merged_findings.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "execution/findings/finding_pages.h"

namespace glovebox {
namespace {

struct FindingOfTool {
  const Finding* finding = nullptr;
  const ToolId* tool = nullptr;
};

bool comes_before(const FindingOfTool& a, const FindingOfTool& b) {
  auto key = [](const FindingOfTool& one) {
    const SourcePlace& place = one.finding->place;
    return std::tie(place.path, place.line, place.column, *one.tool);
  };
  return key(a) < key(b);
}

}  // namespace

Result<CheckupFindingsPage> merged_page(const FindingsOfJobs& jobs, const FindingsQuery& query) {
  GB_TRY(std::size_t first, parse_findings_cursor(query.cursor));
  std::vector<FindingOfTool> passed;
  for (const auto& job : jobs) {
    for (const Finding& finding : job->findings) {
      if (passes(query.filter, finding)) passed.push_back({&finding, &job->job.tool_id});
    }
  }
  std::stable_sort(passed.begin(), passed.end(), comes_before);
  CheckupFindingsPage page;
  auto limit = static_cast<std::size_t>(query.limit);
  std::size_t end = first < passed.size() ? std::min(passed.size(), first + limit) : first;
  for (std::size_t i = first; i < end; ++i) {
    page.findings.push_back({*passed[i].finding, *passed[i].tool});
  }
  if (end < passed.size()) page.next_cursor = "f" + std::to_string(end);
  return page;
}

}  // namespace glovebox
