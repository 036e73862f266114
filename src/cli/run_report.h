// What `run` and `exec` tell people on standard error; the tool's own output is never among it.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "model/job.h"

namespace glovebox {

// Lines of a summary: how the job ended and why, time, CPU, peak memory, what it made. Ends with a
// newline. `saved_to`: where the artifacts were saved; empty: nowhere.
std::string run_summary(const Job& job, const std::string& saved_to, const Terminal& terminal);

// The one line that is told also where no person is looking; empty where the exit code says it all:
// the tool ended by itself.
std::string plain_reason(const Job& job);

// "glovebox: MESSAGE", with what details add, such as the field or the limit.
std::string error_line(const Error& error);

}  // namespace glovebox
