#include "model/finding.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <limits>

namespace glovebox {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value number_or_null(std::int64_t number) {
  return number == 0 ? json::value(nullptr) : json::value(number);
}

void put_place(json::object& object, const SourcePlace& place) {
  object["path"] = text_or_null(place.path);
  object["line"] = number_or_null(place.line);
  object["column"] = number_or_null(place.column);
  object["endLine"] = number_or_null(place.end_line);
  object["endColumn"] = number_or_null(place.end_column);
}

// Reads the keys of one object; stores the first invalid one.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return "";
    if (value->is_string()) return std::string(value->get_string());
    complain(key, "a string");
    return "";
  }

  std::int64_t number(std::string_view key, std::int64_t most) {
    const json::value* value = find(key);
    if (value == nullptr) return 0;
    if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= most) {
      return value->get_int64();
    }
    complain(key, "a number that is not negative");
    return 0;
  }

  bool boolean(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->get_bool();
    complain(key, "true or false");
    return false;
  }

  SourcePlace place() {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    SourcePlace place;
    place.path = text("path");
    place.line = static_cast<std::int32_t>(number("line", most));
    place.column = static_cast<std::int32_t>(number("column", most));
    place.end_line = static_cast<std::int32_t>(number("endLine", most));
    place.end_column = static_cast<std::int32_t>(number("endColumn", most));
    return place;
  }

  void complain(std::string_view key, std::string_view wanted) {
    if (problem_.empty()) problem_ = fmt::format("{}: must be {}", key, wanted);
  }
  const std::string& problem() const { return problem_; }

 private:
  const json::value* find(std::string_view key) {
    const json::value* value = object_.if_contains({key.data(), key.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const json::object& object_;
  std::string problem_;
};

Result<RelatedPlace> related_from_json(const json::value& json) {
  if (!json.is_object()) return validation_error("related: must be a list of objects");
  Fields fields(json.get_object());
  RelatedPlace related{fields.place(), fields.text("message")};
  if (!fields.problem().empty()) return validation_error("related." + fields.problem());
  return related;
}

}  // namespace

std::string_view finding_severity_name(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kError:
      return "error";
    case FindingSeverity::kWarning:
      return "warning";
    case FindingSeverity::kNote:
      return "note";
  }
  return "warning";
}

std::optional<FindingSeverity> find_finding_severity(std::string_view name) {
  for (FindingSeverity severity :
       {FindingSeverity::kError, FindingSeverity::kWarning, FindingSeverity::kNote}) {
    if (finding_severity_name(severity) == name) return severity;
  }
  return std::nullopt;
}

void FindingCounts::add(FindingSeverity severity) {
  ++total;
  error += severity == FindingSeverity::kError;
  warning += severity == FindingSeverity::kWarning;
  note += severity == FindingSeverity::kNote;
}

FindingCounts& FindingCounts::operator+=(const FindingCounts& other) {
  total += other.total;
  error += other.error;
  warning += other.warning;
  note += other.note;
  truncated = truncated || other.truncated;
  return *this;
}

json::object to_json(const Finding& finding) {
  json::object object;
  put_place(object, finding.place);
  object["severity"] = finding_severity_name(finding.severity);
  object["rule"] = text_or_null(finding.rule);
  object["message"] = finding.message;
  object["fingerprint"] = text_or_null(finding.fingerprint);
  object["outputLine"] = number_or_null(finding.output_line);
  if (!finding.related.empty()) {
    json::array related;
    for (const RelatedPlace& each : finding.related) {
      json::object place;
      put_place(place, each.place);
      place["message"] = each.message;
      related.push_back(std::move(place));
    }
    object["related"] = std::move(related);
  }
  return object;
}

json::object to_json(const FindingCounts& counts) {
  return {{"total", counts.total},
          {"error", counts.error},
          {"warning", counts.warning},
          {"note", counts.note},
          {"truncated", counts.truncated}};
}

Result<Finding> finding_from_json(const json::value& json) {
  if (!json.is_object()) return validation_error("a finding must be an object");
  const json::object& object = json.get_object();
  Fields fields(object);
  Finding finding;
  finding.place = fields.place();
  std::optional<FindingSeverity> severity = find_finding_severity(fields.text("severity"));
  if (!severity) fields.complain("severity", "error, warning or note");
  finding.severity = severity.value_or(FindingSeverity::kWarning);
  finding.rule = fields.text("rule");
  finding.message = fields.text("message");
  finding.fingerprint = fields.text("fingerprint");
  finding.output_line = fields.number("outputLine", std::numeric_limits<std::int64_t>::max());
  if (!fields.problem().empty()) return validation_error(fields.problem());
  if (const json::value* related = object.if_contains("related"); related && related->is_array()) {
    for (const json::value& each : related->get_array()) {
      GB_TRY(RelatedPlace place, related_from_json(each));
      finding.related.push_back(std::move(place));
    }
  }
  return finding;
}

Result<FindingCounts> finding_counts_from_json(const json::value& json) {
  if (!json.is_object()) return validation_error("counts of findings must be an object");
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Fields fields(json.get_object());
  FindingCounts counts{fields.number("total", most), fields.number("error", most),
                       fields.number("warning", most), fields.number("note", most),
                       fields.boolean("truncated")};
  if (!fields.problem().empty()) return validation_error(fields.problem());
  return counts;
}

}  // namespace glovebox
