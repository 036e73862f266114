#include "registry/parameter_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/clean_text.h"
#include "base/near_miss.h"
#include "registry/text_pattern.h"

namespace glovebox {
namespace {

constexpr double kLargestInteger = 9007199254740991;  // 2^53 - 1

std::string_view json_type_name(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "a number";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "something else";
}

Error wrong_type(const Parameter& parameter, std::string_view wanted,
                 const boost::json::value& value) {
  return parameter_error(parameter.name,
                         fmt::format("must be {}, not {}", wanted, json_type_name(value)));
}

Result<void> check_range(const Parameter& parameter, double value) {
  if (parameter.minimum && value < *parameter.minimum) {
    return parameter_error(parameter.name, fmt::format("is {}; the smallest value allowed is {}",
                                                       value, *parameter.minimum))
        .with("limit", "minimum")
        .with("configured", *parameter.minimum)
        .with("observed", value);
  }
  if (parameter.maximum && value > *parameter.maximum) {
    return parameter_error(parameter.name, fmt::format("is {}; the largest value allowed is {}",
                                                       value, *parameter.maximum))
        .with("limit", "maximum")
        .with("configured", *parameter.maximum)
        .with("observed", value);
  }
  return ok();
}

Result<void> check_text(const Parameter& parameter, std::string_view text) {
  if (text.size() > kMaxValueBytes) {
    return parameter_error(parameter.name, fmt::format("has {} bytes; the limit is {}", text.size(),
                                                       kMaxValueBytes))
        .with("limit", "length")
        .with("configured", kMaxValueBytes)
        .with("observed", text.size());
  }
  if (text.find('\0') != std::string_view::npos) {
    return parameter_error(parameter.name, "contains a NUL character; an argument cannot");
  }
  if (!parameter.pattern.empty() && !matches_pattern(parameter.pattern, text)) {
    return parameter_error(parameter.name,
                           fmt::format("does not match the pattern {}", parameter.pattern))
        .with("pattern", boost::json::value(parameter.pattern));
  }
  return ok();
}

Result<double> number_of(const Parameter& parameter, const boost::json::value& value,
                         std::string_view wanted) {
  if (!value.is_number()) return wrong_type(parameter, wanted, value);
  double number = value.to_number<double>();
  if (!std::isfinite(number)) return parameter_error(parameter.name, "is too large for a number");
  return number;
}

Result<ParameterValue> check_integer(const Parameter& parameter, const boost::json::value& value) {
  GB_TRY(double number, number_of(parameter, value, "an integer"));
  if (number != std::floor(number)) {
    return parameter_error(parameter.name, fmt::format("must be an integer, not {}", number));
  }
  if (std::abs(number) > kLargestInteger) {
    return parameter_error(parameter.name,
                           fmt::format("must be between -{0} and {0}", 9007199254740991LL));
  }
  GB_TRY_VOID(check_range(parameter, number));
  return ParameterValue(static_cast<std::int64_t>(number));
}

Result<ParameterValue> check_number(const Parameter& parameter, const boost::json::value& value) {
  GB_TRY(double number, number_of(parameter, value, "a number"));
  GB_TRY_VOID(check_range(parameter, number));
  return ParameterValue(number);
}

Result<ParameterValue> check_string(const Parameter& parameter, const boost::json::value& value) {
  if (!value.is_string()) return wrong_type(parameter, "a string", value);
  std::string text(value.get_string());
  GB_TRY_VOID(check_text(parameter, text));
  return ParameterValue(std::move(text));
}

Result<ParameterValue> check_enum(const Parameter& parameter, const boost::json::value& value) {
  if (!value.is_string()) return wrong_type(parameter, "a string", value);
  std::string text(value.get_string());
  const std::vector<std::string>& values = parameter.values;
  if (std::find(values.begin(), values.end(), text) == values.end()) {
    boost::json::array allowed(values.begin(), values.end());
    return parameter_error(parameter.name,
                           fmt::format("must be one of {}, not {}{}", fmt::join(values, ", "),
                                       in_quotes(text), did_you_mean(text, values)))
        .with("values", std::move(allowed));
  }
  return ParameterValue(std::move(text));
}

struct TextOf {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
};

}  // namespace

const Parameter* find_parameter(const Tool& tool, std::string_view name) {
  auto it = std::find_if(tool.parameters.begin(), tool.parameters.end(),
                         [&](const Parameter& parameter) { return parameter.name == name; });
  return it == tool.parameters.end() ? nullptr : &*it;
}

Error unknown_parameter(const Tool& tool, std::string_view name) {
  std::vector<std::string> known;
  for (const Parameter& parameter : tool.parameters) known.push_back(parameter.name);
  std::string message =
      fmt::format("the tool {} has no parameter {}{}; its parameters are {}",
                  in_quotes(tool.id.str()), in_quotes(name), did_you_mean(name, known),
                  known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
  return validation_error(std::move(message))
      .with("field", boost::json::value("parameters." + clean_line(name, 64)));
}

Error parameter_error(const std::string& name, std::string_view message) {
  return validation_error(fmt::format("parameter {}: {}", in_quotes(name), message))
      .with("field", boost::json::value("parameters." + name));
}

Result<ParameterValue> check_parameter(const Parameter& parameter,
                                       const boost::json::value& value) {
  switch (parameter.type) {
    case ParameterType::kString:
      return check_string(parameter, value);
    case ParameterType::kInteger:
      return check_integer(parameter, value);
    case ParameterType::kNumber:
      return check_number(parameter, value);
    case ParameterType::kBoolean:
      if (!value.is_bool()) return wrong_type(parameter, "true or false", value);
      return ParameterValue(value.get_bool());
    case ParameterType::kEnum:
      return check_enum(parameter, value);
  }
  return internal_error("a parameter without a type");
}

std::string value_text(const ParameterValue& value) {
  return std::visit(TextOf{}, value);
}

}  // namespace glovebox
