// The cursor of a job history: a place in the order of jobs, as text for clients.
#pragma once

#include <string>

#include "base/result.h"
#include "model/job.h"
#include "store/job_store.h"

namespace glovebox {

// "TIME-ID": the page after this job begins there.
std::string history_cursor(const Job& job);
// kValidation where history_cursor() did not make it.
Result<JobQuery::Place> parse_history_cursor(const std::string& text);

}  // namespace glovebox
