// Preset: a check-up whose tools, parameters and limits the operator has fixed, under an address of
// its own. Its users choose only the project.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "model/ids.h"

namespace glovebox {

struct Preset {
  std::string name;   // in its address: [a-z0-9-], at most 64
  std::string title;  // one line
  std::string text;   // paragraphs; may be empty
  std::vector<ToolId> tools;
  std::map<ToolId, boost::json::object> parameters;
  std::optional<std::chrono::milliseconds> timeout;  // of each tool, if it is lower than its own
  std::optional<ByteCount> project_bytes;            // unpacked
  std::optional<std::int64_t> project_files;
};

bool is_preset_name(std::string_view text);

// `Preset` of the HTTP API.
boost::json::object to_json(const Preset& preset);

}  // namespace glovebox
