// What `check` says on standard error, on this machine and with a server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/terminal.h"
#include "model/checkup.h"
#include "model/job.h"

namespace glovebox {

// Tells a person who watches. Silent otherwise.
class CheckProgress {
 public:
  explicit CheckProgress(const Terminal& terminal) : terminal_(terminal) {}

  void tell(const std::string& text) const;
  // A job that started or ended; nothing for one that waits.
  void changed(const Job& job) const;

 private:
  const Terminal& terminal_;
};

std::vector<std::string> tools_of(const Checkup& checkup);
// The last line that is not empty, safe to print.
std::string last_line_of(const std::vector<std::string>& output);

// Names the tools that suit and cannot run on `where`; they may be none. kConflict if they are all
// that suit.
Result<void> tell_missing(const std::vector<std::string>& missing, bool any_can_run,
                          std::string_view where);
void tell_nothing_suits();

}  // namespace glovebox
