// Finding: one place in a project's source that a tool reports, and counts of findings.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

enum class FindingSeverity { kError, kWarning, kNote };
// "error", "warning", "note".
std::string_view finding_severity_name(FindingSeverity severity);
std::optional<FindingSeverity> find_finding_severity(std::string_view name);

// Lines and columns count from 1; 0 means that the tool did not report one. The tool determines
// what a column counts (bytes, characters, tabs as 8).
struct SourcePlace {
  std::string path;  // in the project: relative, '/' between components; empty: none
  std::int32_t line = 0;
  std::int32_t column = 0;
  std::int32_t end_line = 0;
  std::int32_t end_column = 0;  // the first column after the range, if known
  bool operator==(const SourcePlace&) const = default;
};

// A place that belongs to a finding, such as a compiler's note.
struct RelatedPlace {
  SourcePlace place;
  std::string message;
  bool operator==(const RelatedPlace&) const = default;
};

// All texts are one line of valid UTF-8 without control characters.
struct Finding {
  SourcePlace place;
  FindingSeverity severity = FindingSeverity::kWarning;
  std::string rule;  // the tool's name for it; empty: none
  std::string message;
  // Does not change when lines move; 32 hex digits. Empty until it has been computed from the
  // source (findings/fingerprint.h).
  std::string fingerprint;
  // Counts from 1 over the lines of both streams, in the order in which they ended. 0: it came from
  // a file.
  std::int64_t output_line = 0;
  std::vector<RelatedPlace> related;
  bool operator==(const Finding&) const = default;
};

struct FindingCounts {
  std::int64_t total = 0;  // of different findings; the sum of the three below
  std::int64_t error = 0;
  std::int64_t warning = 0;
  std::int64_t note = 0;
  bool truncated = false;  // more were found than were stored
  bool operator==(const FindingCounts&) const = default;

  void add(FindingSeverity severity);
  FindingCounts& operator+=(const FindingCounts& other);
};

// `Finding` of the HTTP API: missing paths, lines and columns are null; `related` is present only
// if there is one.
boost::json::object to_json(const Finding& finding);
boost::json::object to_json(const FindingCounts& counts);
// The reverse, for JSON from our own store or from a server. kValidation names the invalid field.
Result<Finding> finding_from_json(const boost::json::value& json);
Result<FindingCounts> finding_counts_from_json(const boost::json::value& json);

}  // namespace glovebox
