// JSON from outside, read strictly: what two readers could understand differently is refused
// (duplicate keys, numbers beyond a double, invalid UTF-8).
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace glovebox {

constexpr std::size_t kJsonDepth = 32;
// Of one object. Bounds the work of looking for duplicates.
constexpr std::size_t kJsonKeys = 1000;

// One JSON value; the size is bounded by the caller. kValidation says what is wrong and where.
Result<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace glovebox
