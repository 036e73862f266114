// Checks the value of a parameter, as a client sends it, against the manifest's declaration.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

// Maximum size of one value's text, in bytes.
inline constexpr std::size_t kMaxValueBytes = 4096;

// The value in the parameter's own type. The only conversion is from a number without a fraction
// (3.0) to an integer. Integers are within ±(2^53 - 1), which every JSON reader represents exactly.
// kValidation names the field and, if there is one, the limit with its configured and observed
// value.
Result<ParameterValue> check_parameter(const Parameter& parameter, const boost::json::value& value);

const Parameter* find_parameter(const Tool& tool, std::string_view name);

// A kValidation that lists the values that the tool accepts.
Error unknown_parameter(const Tool& tool, std::string_view name);

// A kValidation for this parameter: details have {"field": "parameters.NAME"}.
Error parameter_error(const std::string& name, std::string_view message);

// The text in argv: "true", "-3", "0.5" (the shortest text that is parsed to the same value).
std::string value_text(const ParameterValue& value);

}  // namespace glovebox
