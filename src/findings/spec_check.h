// Checks a manifest's [findings].
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/findings_spec.h"

namespace glovebox {

inline constexpr std::size_t kMaxFindingPatterns = 8;
inline constexpr std::size_t kMaxSeverityWords = 64;

struct SpecProblem {
  std::string field;  // such as "format", "patterns[1].regexp"
  std::string reason;
  bool operator==(const SpecProblem&) const = default;
};

// Empty: make_finding_reader() accepts it.
std::vector<SpecProblem> check_findings_spec(const FindingsSpec& spec);

}  // namespace glovebox
