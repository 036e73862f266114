#include "findings/sarif/sarif_result.h"

#include <algorithm>
#include <limits>

#include "findings/finding_list.h"
#include "findings/project_paths.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxArguments = 16;
constexpr std::size_t kMaxMessages = 64;

const json::value* member(const json::value& json, std::string_view key) {
  return json.is_object() ? json.get_object().if_contains({key.data(), key.size()}) : nullptr;
}

// The value at the end of a chain of keys; null if one is missing.
template <class... Keys>
const json::value* member(const json::value& json, std::string_view key, Keys... keys) {
  const json::value* inner = member(json, key);
  return inner == nullptr ? nullptr : member(*inner, keys...);
}

std::string text(const json::value* json, std::size_t most) {
  if (json == nullptr || !json->is_string()) return "";
  std::string_view all(json->get_string().data(), json->get_string().size());
  return std::string(all.substr(0, most));
}

std::int64_t number(const json::value* json, std::int64_t otherwise) {
  if (json == nullptr) return otherwise;
  if (json->is_int64()) return json->get_int64();
  if (json->is_double() && json->get_double() == static_cast<std::int32_t>(json->get_double())) {
    return static_cast<std::int64_t>(json->get_double());
  }
  return otherwise;
}

std::int32_t place_number(const json::value* json) {
  std::int64_t value = number(json, 0);
  return value > 0 && value <= std::numeric_limits<std::int32_t>::max()
             ? static_cast<std::int32_t>(value)
             : 0;
}

const json::array* list(const json::value& json, std::string_view key) {
  const json::value* value = member(json, key);
  return value != nullptr && value->is_array() ? &value->get_array() : nullptr;
}

SarifPlace read_location(const json::value& json) {
  SarifPlace place;
  if (const json::value* physical = member(json, "physicalLocation")) {
    if (const json::value* artifact = member(*physical, "artifactLocation")) {
      place = read_artifact_location(*artifact);
    }
    if (const json::value* region = member(*physical, "region")) {
      place.place.line = place_number(member(*region, "startLine"));
      place.place.column = place_number(member(*region, "startColumn"));
      place.place.end_line = place_number(member(*region, "endLine"));
      place.place.end_column = place_number(member(*region, "endColumn"));
    }
  }
  place.message = text(member(json, "message", "text"), kMaxMessageBytes);
  return place;
}

bool is_suppressed(const json::value& json) {
  const json::array* suppressions = list(json, "suppressions");
  if (suppressions == nullptr || suppressions->empty()) return false;
  return std::all_of(suppressions->begin(), suppressions->end(), [](const json::value& each) {
    std::string status = text(member(each, "status"), 32);
    return status.empty() || status == "accepted";
  });
}

void read_message(const json::value& json, SarifResult& result) {
  const json::value* message = member(json, "message");
  if (message == nullptr) return;
  if (message->is_string()) {  // not SARIF, but some tools write it
    result.message = text(message, kMaxMessageBytes);
    return;
  }
  result.message = text(member(*message, "text"), kMaxMessageBytes);
  if (result.message.empty()) result.message = text(member(*message, "markdown"), kMaxMessageBytes);
  result.message_id = text(member(*message, "id"), kMaxRuleBytes);
  if (const json::array* arguments = list(*message, "arguments")) {
    for (const json::value& argument : *arguments) {
      if (result.arguments.size() == kMaxArguments) break;
      result.arguments.push_back(text(&argument, kMaxMessageBytes));
    }
  }
}

}  // namespace

std::size_t SarifResult::text_bytes() const {
  std::size_t bytes = rule_id.size() + message.size() + place.uri.size();
  for (const std::string& argument : arguments) bytes += argument.size();
  for (const SarifPlace& each : related) bytes += each.uri.size() + each.message.size();
  return bytes;
}

std::optional<SarifResult> read_sarif_result(const json::value& json) {
  if (!json.is_object()) return std::nullopt;
  std::string kind = text(member(json, "kind"), 32);
  if (kind == "pass" || kind == "notApplicable" || is_suppressed(json)) return std::nullopt;
  SarifResult result;
  result.rule_id = text(member(json, "ruleId"), kMaxRuleBytes);
  if (result.rule_id.empty()) result.rule_id = text(member(json, "rule", "id"), kMaxRuleBytes);
  result.rule_index = number(member(json, "ruleIndex"), number(member(json, "rule", "index"), -1));
  result.level = text(member(json, "level"), 32);
  if (result.level == "none" || kind == "informational") result.level = "note";
  read_message(json, result);
  if (const json::array* locations = list(json, "locations"); locations && !locations->empty()) {
    result.place = read_location(locations->front());
  }
  if (const json::array* related = list(json, "relatedLocations")) {
    for (const json::value& each : *related) {
      if (result.related.size() == kMaxRelatedPlaces) break;
      result.related.push_back(read_location(each));
    }
  }
  return result;
}

SarifRule read_sarif_rule(const json::value& json) {
  SarifRule rule;
  rule.id = text(member(json, "id"), kMaxRuleBytes);
  rule.level = text(member(json, "defaultConfiguration", "level"), 32);
  const json::value* messages = member(json, "messageStrings");
  if (messages == nullptr || !messages->is_object()) return rule;
  for (const auto& [id, message] : messages->get_object()) {
    if (rule.messages.size() == kMaxMessages) break;
    rule.messages[std::string(id)] = text(member(message, "text"), kMaxMessageBytes);
  }
  return rule;
}

SarifPlace read_artifact_location(const json::value& json) {
  SarifPlace place;
  if (const json::value* location = member(json, "location"))
    return read_artifact_location(*location);
  place.uri = text(member(json, "uri"), kMaxPathBytes);
  place.base = text(member(json, "uriBaseId"), 64);
  place.index = number(member(json, "index"), -1);
  return place;
}

std::string fill_placeholders(const std::string& text, const std::vector<std::string>& arguments) {
  std::string filled;
  for (std::size_t i = 0; i < text.size() && filled.size() < kMaxMessageBytes; ++i) {
    bool placeholder = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                       text[i + 1] >= '0' && text[i + 1] <= '9';
    std::size_t number = placeholder ? static_cast<std::size_t>(text[i + 1] - '0') : 0;
    if (placeholder && number < arguments.size()) {
      filled += arguments[number];
      i += 2;
    } else {
      filled += text[i];
    }
  }
  return filled;
}

std::string path_of_uri(std::string_view uri) {
  constexpr std::string_view file = "file:";
  if (uri.starts_with(file)) {
    uri.remove_prefix(file.size());
    if (uri.starts_with("//")) {  // an authority, which is empty or "localhost"
      std::size_t slash = uri.find('/', 2);
      uri = slash == std::string_view::npos ? "" : uri.substr(slash);
    }
  }
  auto hex = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    int high = uri[i] == '%' && i + 2 < uri.size() ? hex(uri[i + 1]) : -1;
    int low = high >= 0 ? hex(uri[i + 2]) : -1;
    if (low < 0) {
      path += uri[i];
      continue;
    }
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return path;
}

}  // namespace glovebox
