#include "registry/invocation.h"

#include <fmt/format.h>

#include <map>

#include "registry/argv_template.h"
#include "registry/parameter_check.h"
#include "registry/program_search.h"

namespace glovebox {
namespace {

// Every parameter that has a value: the given one, otherwise the default.
Result<ParameterValues> checked_values(const Tool& tool, const boost::json::object& given) {
  for (const auto& entry : given) {
    std::string_view name(entry.key().data(), entry.key().size());
    if (!find_parameter(tool, name)) return unknown_parameter(tool, name);
  }
  ParameterValues values;
  for (const Parameter& parameter : tool.parameters) {
    const boost::json::value* value = given.if_contains(parameter.name);
    if (value) {
      GB_TRY(ParameterValue checked, check_parameter(parameter, *value));
      values.emplace(parameter.name, std::move(checked));
    } else if (parameter.default_value) {
      values.emplace(parameter.name, *parameter.default_value);
    } else if (parameter.required) {
      return parameter_error(parameter.name,
                             fmt::format("is missing; the tool \"{}\" requires it", tool.id.str()));
    }
  }
  return values;
}

// An allow-list: nothing of our own environment is passed on.
std::vector<std::string> environment_of(const Tool& tool) {
  std::map<std::string, std::string> variables{
      {"HOME", "/tmp"}, {"LANG", "C.UTF-8"}, {"PATH", program_path()}, {"TMPDIR", "/tmp"}};
  if (tool.image_root) {
    variables["PATH"] = tool.image_root->path;
    for (const std::string& variable : tool.image_root->environment) {
      std::size_t equals = variable.find('=');
      variables[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
  }
  for (const auto& [name, value] : tool.environment) variables[name] = value;
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

std::size_t size_of(const std::vector<std::string>& strings) {
  std::size_t bytes = 0;
  for (const std::string& text : strings) bytes += text.size() + 1;
  return bytes;
}

}  // namespace

Result<Invocation> make_invocation(const Tool& tool, const boost::json::object& parameters,
                                   std::string stdin_text) {
  if (tool.command.empty()) {
    return Error(ErrorKind::kConflict,
                 fmt::format("the tool \"{}\" has no command yet", tool.id.str()));
  }
  if (!stdin_text.empty() && !tool.takes_stdin) {
    return validation_error(
               fmt::format("the tool \"{}\" does not accept standard input; omit stdin",
                           tool.id.str()))
        .with("field", "stdin");
  }
  GB_TRY(ParameterValues values, checked_values(tool, parameters));
  Invocation invocation;
  GB_TRY(invocation.argv, expand_command(tool, values));
  // The sandbox searches names on the PATH of the host's root alone.
  if (tool.image_root) invocation.argv.front() = tool.image_root->program;
  invocation.values = std::move(values);
  invocation.environment = environment_of(tool);
  invocation.stdin_text = std::move(stdin_text);
  std::size_t bytes = size_of(invocation.argv) + size_of(invocation.environment);
  if (bytes > kMaxInvocationBytes) {
    return validation_error(
               fmt::format("the command line would have {} bytes; the limit is {}; shorten the "
                           "parameter values",
                           bytes, kMaxInvocationBytes))
        .with("field", "parameters")
        .with("limit", "commandLineBytes")
        .with("configured", kMaxInvocationBytes)
        .with("observed", bytes);
  }
  return invocation;
}

}  // namespace glovebox
