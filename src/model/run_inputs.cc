#include "model/run_inputs.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>

#include "base/utf8_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> kInputFields{
    "projectName", "toolVersion", "parameters", "command", "timeoutMs", "stdin", "stdinBytes"};
constexpr std::size_t kBeginningShown = 60;

std::string shortened(const std::string& argument) {
  if (argument.size() <= kLongestArgumentKept) return to_valid_utf8(argument);
  std::string beginning = argument.substr(0, kBeginningShown);
  beginning = beginning.substr(0, beginning.find('\n'));
  return fmt::format("{}… ({} bytes)", to_valid_utf8(beginning), argument.size());
}

json::value value_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

std::vector<std::string> shortened_command(const std::vector<std::string>& argv) {
  std::vector<std::string> command;
  std::size_t bytes = 0;
  for (const std::string& argument : argv) {
    std::string text = shortened(argument);
    bytes += text.size() + 1;
    if (bytes > kMostCommandKept) {
      command.push_back(fmt::format("… ({} more arguments)", argv.size() - command.size()));
      break;
    }
    command.push_back(std::move(text));
  }
  return command;
}

KeptInputs keep_inputs(const RunInputs& inputs) {
  json::object parameters;
  for (const auto& [name, value] : inputs.parameters) {
    parameters[name] = std::visit([](const auto& v) { return json::value(v); }, value);
  }
  json::object object;
  object["projectName"] = inputs.project_name;
  object["toolVersion"] = value_or_null(inputs.tool_version);
  object["parameters"] = std::move(parameters);
  object["command"] = json::array(inputs.command.begin(), inputs.command.end());
  object["timeoutMs"] = nullptr;
  if (inputs.timeout) object["timeoutMs"] = inputs.timeout->count();
  bool kept = inputs.stdin_text.size() <= kMostStdinKept;
  object["stdin"] = kept ? json::value(inputs.stdin_text) : json::value(nullptr);
  object["stdinBytes"] = inputs.stdin_text.size();
  return std::make_shared<const std::string>(json::serialize(object));
}

void add_inputs(json::object& execution, const KeptInputs& inputs) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::value parsed;
  if (inputs) parsed = json::parse(*inputs, error, {}, options);
  json::object* known = error ? nullptr : parsed.if_object();
  for (std::string_view name : kInputFields) {
    json::value* value = known ? known->if_contains(name) : nullptr;
    execution[name] = value ? std::move(*value) : json::value(nullptr);
  }
}

}  // namespace glovebox
