// Messages of `run` and `exec` on standard error. The tool's own output is not part of them.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "model/job.h"

namespace glovebox {

// The summary: how the job ended and why, time, CPU, peak memory, artifacts. Ends with a newline.
// `saved_to` is where the artifacts were saved; empty: not saved.
std::string run_summary(const Job& job, const std::string& saved_to, const Terminal& terminal);

// The line that is printed even if no person is watching. Empty if the exit code says everything,
// which is when the tool ended by itself.
std::string plain_reason(const Job& job);

// "glovebox: MESSAGE", with details such as the field or the limit.
std::string error_line(const Error& error);

}  // namespace glovebox
