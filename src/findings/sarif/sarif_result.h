// Reads a SARIF result tolerantly: missing or invalid parts are left out.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/finding.h"

namespace glovebox {

// The parts of a rule that results may omit.
struct SarifRule {
  std::string id;
  std::string level;
  std::map<std::string, std::string> messages;  // by id
};

struct SarifPlace {
  std::string uri;
  std::string base;         // uriBaseId
  std::int64_t index = -1;  // into the run's artifacts
  SourcePlace place;        // without the path
  std::string message;
};

struct SarifResult {
  std::string rule_id;
  std::int64_t rule_index = -1;
  std::string level;  // empty: the rule's
  std::string message;
  std::string message_id;  // if the rule has the text
  std::vector<std::string> arguments;
  SarifPlace place;
  std::vector<SarifPlace> related;
  std::size_t text_bytes() const;
};

// Nothing if the result is not a finding: it passed, does not apply or was suppressed.
std::optional<SarifResult> read_sarif_result(const boost::json::value& json);
SarifRule read_sarif_rule(const boost::json::value& json);
// For an artifactLocation, or an object that contains one as "location": only uri, base and index.
SarifPlace read_artifact_location(const boost::json::value& json);

// "a {0} b" with the arguments inserted.
std::string fill_placeholders(const std::string& text, const std::vector<std::string>& arguments);
// The path that a URI means: without scheme, percent-decoded.
std::string path_of_uri(std::string_view uri);

}  // namespace glovebox
