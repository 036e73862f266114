#include "store/record_texts.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace glovebox {
namespace {

namespace json = boost::json;

std::optional<json::array> parse_list(const std::string& text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error || !value.is_array()) return std::nullopt;
  return std::move(value.as_array());
}

}  // namespace

std::string strings_text(const std::vector<std::string>& strings) {
  return json::serialize(json::array(strings.begin(), strings.end()));
}

std::string artifacts_text(const std::vector<Artifact>& artifacts) {
  json::array array;
  for (const Artifact& artifact : artifacts) {
    array.push_back(json::array{json::string(artifact.path), artifact.size_bytes});
  }
  return json::serialize(array);
}

std::string counts_text(const std::optional<FindingCounts>& counts) {
  return counts ? json::serialize(to_json(*counts)) : std::string();
}

std::string warnings_text(const std::vector<ProjectWarning>& warnings) {
  json::array array;
  for (const ProjectWarning& warning : warnings) array.push_back({warning.path, warning.message});
  return json::serialize(array);
}

std::optional<std::vector<std::string>> strings_from_text(const std::string& text) {
  std::optional<json::array> list = parse_list(text);
  if (!list) return std::nullopt;
  std::vector<std::string> strings;
  for (const json::value& value : *list) {
    if (!value.is_string()) return std::nullopt;
    strings.emplace_back(value.get_string());
  }
  return strings;
}

std::optional<std::vector<Artifact>> artifacts_from_text(const std::string& text) {
  std::optional<json::array> list = parse_list(text);
  if (!list) return std::nullopt;
  std::vector<Artifact> artifacts;
  for (const json::value& file : *list) {
    const json::array* pair = file.if_array();
    if (!pair || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_int64()) {
      return std::nullopt;
    }
    artifacts.push_back({std::string((*pair)[0].get_string()), (*pair)[1].get_int64()});
  }
  return artifacts;
}

std::optional<FindingCounts> counts_from_text(const std::string& text) {
  boost::system::error_code error;
  Result<FindingCounts> counts = finding_counts_from_json(json::parse(text, error));
  if (error || counts.has_error()) return std::nullopt;
  return *counts;
}

std::vector<ProjectWarning> warnings_from_text(const std::string& text) {
  std::vector<ProjectWarning> warnings;
  std::optional<json::array> list = parse_list(text);
  if (!list) return warnings;
  for (const json::value& entry : *list) {
    const json::array* pair = entry.if_array();
    if (!pair || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) continue;
    warnings.push_back(
        {std::string((*pair)[0].get_string()), std::string((*pair)[1].get_string())});
  }
  return warnings;
}

}  // namespace glovebox
