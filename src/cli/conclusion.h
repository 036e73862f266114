// The end of `run` and `exec`: what is printed last, and the exit code.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/terminal.h"
#include "model/job.h"

namespace glovebox {

struct Conclusion {
  Job job;
  std::vector<std::string> lines;  // the output kept, for --json
  std::string saved_to;            // where artifacts were saved; empty: nowhere
  bool output_closed = false;      // nobody read our standard output any more
};

// With `json` one Execution with its output on standard output; on standard error a summary for a
// person, else only what the exit code cannot say.
int conclude(const Conclusion& conclusion, bool json, const Terminal& terminal);

// The same for an Error: {"error": …} with `json`, a line on standard error always.
int fail(const Error& error, bool json);

}  // namespace glovebox
