// Parameters as the command line gives them.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

// Converts "NAME=VALUE" texts to the JSON that make_invocation accepts, each in its parameter's own
// type. Checks only the form; make_invocation checks ranges, patterns and missing values.
// kValidation names the parameter.
Result<boost::json::object> parse_parameter_texts(const Tool& tool,
                                                  const std::vector<std::string>& texts);

}  // namespace glovebox
