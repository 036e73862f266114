// The findings of several jobs as one list.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "execution/checkups.h"

namespace glovebox {

using FindingsOfJobs = std::vector<std::shared_ptr<const JobFindings>>;

// kValidation for a cursor that is not from a previous page. Takes the time of a sort.
Result<CheckupFindingsPage> merged_page(const FindingsOfJobs& jobs, const FindingsQuery& query);

}  // namespace glovebox
