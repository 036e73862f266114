// JSON request bodies, read strictly: see base/strict_json.h.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/json_fields.h"
#include "base/result.h"
#include "base/strict_json.h"

namespace glovebox {

// One JSON object; the size is bounded by the caller. kValidation says what is wrong and where.
Result<boost::json::object> parse_json_object(std::string_view text);

}  // namespace glovebox
