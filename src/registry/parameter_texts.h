// Parameters as the command line gives them.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

// "NAME=VALUE" texts as the JSON that make_invocation takes, each in its parameter's own type. Only
// the form is looked at; make_invocation checks ranges, patterns and what is missing. kValidation
// names the parameter.
Result<boost::json::object> parse_parameter_texts(const Tool& tool,
                                                  const std::vector<std::string>& texts);

}  // namespace glovebox
