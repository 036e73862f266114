// What `check` writes at its end: the reports, and the text or JSON on standard output.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "cli/check_report.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "findings/source/source_lines.h"

namespace glovebox {

class CheckOutput {
 public:
  // Opens the files of --report before anything runs. Their old contents stay until write().
  // `command` must outlive it. kUser if a file cannot be opened.
  static Result<CheckOutput> open(const CheckCommand& command);

  // Call once. `source` provides the lines for the text report.
  Result<void> write(const std::vector<CheckedTool>& tools, SourceFiles& source,
                     const Terminal& terminal);

 private:
  explicit CheckOutput(const CheckCommand& command) : command_(&command) {}

  const CheckCommand* command_;
  std::vector<UniqueFd> files_;  // one for each report; none for standard output
};

}  // namespace glovebox
