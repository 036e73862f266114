// The end of `run` and `exec`: the final output and the exit code.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/terminal.h"
#include "model/job.h"

namespace glovebox {

struct Conclusion {
  Job job;
  std::vector<std::string> lines;  // the stored output, for --json
  std::string saved_to;            // where artifacts were saved; empty: not saved
  bool output_closed = false;      // the reader of our standard output is gone
};

// With `json`, prints one Execution with its output to standard output. Else prints to standard
// error: a summary if a person is watching, otherwise only what the exit code cannot express.
int conclude(const Conclusion& conclusion, bool json, const Terminal& terminal);

// The same for an Error: {"error": …} with `json`, and always a line on standard error.
int fail(const Error& error, bool json);

}  // namespace glovebox
