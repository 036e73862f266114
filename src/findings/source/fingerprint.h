// Identifies findings of two runs as different, or as the same although lines have moved.
#pragma once

#include <string_view>
#include <vector>

#include "findings/source/source_lines.h"
#include "model/finding.h"

namespace glovebox {

// Sets `fingerprint` of all findings of one run: from path, rule, message without numbers and the
// trimmed text of the line with its neighbours. Findings that are equal in all of these are
// numbered in the order of their lines. Reads each file once; may block.
void set_fingerprints(std::vector<Finding>& findings, SourceFiles& files);

enum class FindingChange { kNew, kFixed, kUnchanged };
// "new", "fixed", "unchanged".
std::string_view finding_change_name(FindingChange change);

struct ComparedFinding {
  Finding finding;
  FindingChange change = FindingChange::kNew;
};

// The findings of `now` in their order, then those of `before` that have disappeared. Both have
// fingerprints.
std::vector<ComparedFinding> compare_findings(const std::vector<Finding>& before,
                                              const std::vector<Finding>& now);

}  // namespace glovebox
