// A parameter's value as a client gives it, checked against what the manifest declares.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

// Bytes of one value's text.
inline constexpr std::size_t kMaxValueBytes = 4096;

// The value in the parameter's own type. Nothing is converted but a number without a fraction (3.0)
// for an integer; integers lie within ±(2^53 - 1), which every JSON reader keeps exact. kValidation
// names the field and, where there is one, the limit, its configured and the observed value.
Result<ParameterValue> check_parameter(const Parameter& parameter, const boost::json::value& value);

const Parameter* find_parameter(const Tool& tool, std::string_view name);

// A kValidation that lists what the tool does take.
Error unknown_parameter(const Tool& tool, std::string_view name);

// A kValidation that is about this parameter: details hold {"field": "parameters.NAME"}.
Error parameter_error(const std::string& name, std::string_view message);

// As it stands in argv: "true", "-3", "0.5" (the shortest text that reads back the same).
std::string value_text(const ParameterValue& value);

}  // namespace glovebox
