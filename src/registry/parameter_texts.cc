#include "registry/parameter_texts.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/near_miss.h"
#include "registry/parameter_check.h"

namespace glovebox {
namespace {

Result<boost::json::value> value_of_text(const Parameter& parameter, const std::string& text) {
  const char* end = text.data() + text.size();
  switch (parameter.type) {
    case ParameterType::kString:
    case ParameterType::kEnum:
      return boost::json::value(text);
    case ParameterType::kBoolean:
      if (text == "true") return boost::json::value(true);
      if (text == "false") return boost::json::value(false);
      return parameter_error(parameter.name,
                             fmt::format("must be true or false, not {}", in_quotes(text)));
    case ParameterType::kInteger: {
      std::int64_t number = 0;
      auto [stop, code] = std::from_chars(text.data(), end, number);
      if (code == std::errc() && stop == end) return boost::json::value(number);
      return parameter_error(parameter.name,
                             fmt::format("must be an integer, not {}", in_quotes(text)));
    }
    case ParameterType::kNumber: {
      double number = 0;
      auto [stop, code] = std::from_chars(text.data(), end, number);
      if (code == std::errc() && stop == end && std::isfinite(number)) {
        return boost::json::value(number);
      }
      return parameter_error(parameter.name,
                             fmt::format("must be a number, not {}", in_quotes(text)));
    }
  }
  return internal_error("a parameter without a type");
}

}  // namespace

Result<boost::json::object> parse_parameter_texts(const Tool& tool,
                                                  const std::vector<std::string>& texts) {
  boost::json::object parameters;
  for (const std::string& text : texts) {
    std::size_t equals = text.find('=');
    std::string name = text.substr(0, equals);
    if (equals == std::string::npos || name.empty()) {
      return validation_error(
          fmt::format("{} is not a parameter; write NAME=VALUE", in_quotes(text)));
    }
    const Parameter* parameter = find_parameter(tool, name);
    if (!parameter) return unknown_parameter(tool, name);
    if (parameters.contains(name)) return parameter_error(name, "is given twice; give it once");
    GB_TRY(parameters[name], value_of_text(*parameter, text.substr(equals + 1)));
  }
  return parameters;
}

}  // namespace glovebox
