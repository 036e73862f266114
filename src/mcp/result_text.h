// Results as a person would read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "execution/checkups.h"
#include "model/finding.h"
#include "model/job.h"

namespace glovebox {

// "cppcheck: 3 findings (1 error, 2 warnings). Exited with code 1 after 0.4 s."
std::string headline(const Job& job);
std::string headline(const Checkup& checkup);

// "src/main.c:3:5: error: Memory leak: p [memleak]". `tool` is named where it is not empty.
std::string finding_line(const Finding& finding, const std::string& tool);

// At most kShownFindings lines, and how to read the rest of `total`.
inline constexpr std::size_t kShownFindings = 50;
std::string findings_text(const std::vector<CheckupFinding>& findings, std::int64_t total,
                          bool with_tools, const std::string& id);

// The last lines, clean, and at most so many bytes.
std::vector<std::string> output_tail(const std::vector<std::string>& output);

}  // namespace glovebox
