#include "findings/spec_check.h"

#include <fmt/format.h>

#include "findings/project_paths.h"
#include "findings/rule_help.h"
#include "findings/text/line_pattern.h"
#include "findings/text/named_formats.h"

namespace glovebox {
namespace {

std::string known_formats() {
  std::string names;
  for (const NamedFormat& format : named_formats()) names += std::string(format.name) + ", ";
  return names + "sarif, patterns";
}

void check_patterns(const FindingsSpec& spec, std::vector<SpecProblem>& problems) {
  if (spec.patterns.empty()) {
    problems.push_back({"patterns", "must have at least one pattern if format is \"patterns\""});
    return;
  }
  if (spec.patterns.size() > kMaxFindingPatterns) {
    problems.push_back({"patterns", fmt::format("has {} patterns; the limit is {}",
                                                spec.patterns.size(), kMaxFindingPatterns)});
    return;
  }
  bool has_file = false;
  bool has_message = false;
  for (std::size_t i = 0; i < spec.patterns.size(); ++i) {
    const FindingPattern& pattern = spec.patterns[i];
    std::string prefix = fmt::format("patterns[{}].", i);
    has_file = has_file || pattern.file != 0;
    has_message = has_message || pattern.message != 0;
    if (pattern.loop && i + 1 < spec.patterns.size()) {
      problems.push_back({prefix + "loop", "only the last pattern may loop"});
    }
    Result<LinePattern> compiled = LinePattern::compile(pattern);
    if (!compiled.has_error()) continue;
    const std::string message = compiled.error().message();  // "field: reason"; error() is a copy
    std::size_t colon = message.find(": ");
    problems.push_back({prefix + message.substr(0, colon), message.substr(colon + 2)});
  }
  if (!has_file) problems.push_back({"patterns", "no pattern captures the file: add file = N"});
  if (!has_message) {
    problems.push_back({"patterns", "no pattern captures the message: add message = N"});
  }
}

}  // namespace

std::vector<SpecProblem> check_findings_spec(const FindingsSpec& spec) {
  std::vector<SpecProblem> problems;
  bool sarif = spec.format == "sarif";
  bool patterns = spec.format == "patterns";
  if (!sarif && !patterns && find_named_format(spec.format) == nullptr) {
    problems.push_back({"format", fmt::format("is none of {}", known_formats())});
  }
  if (patterns) {
    check_patterns(spec, problems);
  } else if (!spec.patterns.empty()) {
    problems.push_back({"patterns", "are only used if format is \"patterns\""});
  }
  if (!spec.file.empty()) {
    if (!sarif) problems.push_back({"file", "is only used if format is \"sarif\""});
    if (spec.file.starts_with('/') || normal_path(spec.file) != spec.file) {
      problems.push_back({"file", "must be a relative path without \".\" and \"..\""});
    }
  }
  if (spec.severity_map.size() > kMaxSeverityWords) {
    problems.push_back({"severity_map", fmt::format("has {} words; the limit is {}",
                                                    spec.severity_map.size(), kMaxSeverityWords)});
  }
  if (!spec.url.empty() && rule_help_url(spec.url, "rule").empty()) {
    problems.push_back({"url", "must begin with https:// and contain no spaces or quotes"});
  }
  return problems;
}

}  // namespace glovebox
