#include "registry/manifest_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <set>

#include "base/near_miss.h"
#include "registry/argv_template.h"
#include "registry/parameter_check.h"
#include "registry/text_pattern.h"

namespace glovebox {
namespace {

constexpr double kLargestBound = 9007199254740991;  // 2^53 - 1

constexpr std::array kTypes{ParameterType::kString, ParameterType::kInteger, ParameterType::kNumber,
                            ParameterType::kBoolean, ParameterType::kEnum};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_parameter_name(std::string_view name) {
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void read_name(TableReader& reader, Parameter& parameter) {
  parameter.name = reader.text("name", {.max_bytes = 64, .presence = Presence::kRequired});
  if (parameter.name.empty()) return;
  if (!is_parameter_name(parameter.name)) {
    reader.complain("name", "must be a letter, then letters, digits, '_' and '-'");
  } else if (parameter.name == kProjectPlaceholder) {
    reader.complain("name", "is reserved: {project} is the work directory");
  } else if (parameter.name == kCpusPlaceholder) {
    reader.complain("name", "is reserved: {cpus} is the number of CPUs that the job has");
  }
}

void read_type(TableReader& reader, Parameter& parameter) {
  std::string name = reader.text("type", {.presence = Presence::kRequired});
  if (name.empty()) return;
  auto it = std::find_if(kTypes.begin(), kTypes.end(),
                         [&](ParameterType type) { return parameter_type_name(type) == name; });
  if (it != kTypes.end()) {
    parameter.type = *it;
  } else {
    reader.complain("type", "must be string, integer, number, boolean or enum");
  }
}

void refuse_unless(bool fits, std::string_view key, std::string_view types, TableReader& reader) {
  if (!fits && reader.has(key)) {
    reader.complain(key, fmt::format("is only for parameters of type {}; remove it", types));
  }
}

void read_values(TableReader& reader, Parameter& parameter) {
  bool is_enum = parameter.type == ParameterType::kEnum;
  parameter.values =
      reader.texts("values", {.max_elements = kMaxEnumValues,
                              .presence = is_enum ? Presence::kRequired : Presence::kOptional,
                              .element = {.max_bytes = 256, .form = TextRule::Form::kArgument}});
  std::set<std::string> distinct(parameter.values.begin(), parameter.values.end());
  if (distinct.size() != parameter.values.size()) reader.complain("values", "has a value twice");
  refuse_unless(is_enum, "values", "enum", reader);
}

void read_bounds(TableReader& reader, Parameter& parameter) {
  bool is_numeric =
      parameter.type == ParameterType::kInteger || parameter.type == ParameterType::kNumber;
  parameter.minimum = reader.number("minimum", -kLargestBound, kLargestBound);
  parameter.maximum = reader.number("maximum", -kLargestBound, kLargestBound);
  refuse_unless(is_numeric, "minimum", "integer or number", reader);
  refuse_unless(is_numeric, "maximum", "integer or number", reader);
  if (parameter.minimum && parameter.maximum && *parameter.minimum > *parameter.maximum) {
    reader.complain("minimum", "is larger than maximum");
  }
}

void read_pattern(TableReader& reader, Parameter& parameter) {
  parameter.pattern =
      reader.text("pattern", {.max_bytes = kMaxPatternBytes, .form = TextRule::Form::kArgument});
  refuse_unless(parameter.type == ParameterType::kString, "pattern", "string", reader);
  Result<void> checked = check_pattern(parameter.pattern);
  if (checked.has_error()) {
    reader.complain("pattern", checked.error().message());
    parameter.pattern.clear();  // so that the default is not reported for it
  }
}

boost::json::value json_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return boost::json::value(text->get());
  if (const auto* integer = node.as_integer()) return boost::json::value(integer->get());
  if (const auto* number = node.as_floating_point()) return boost::json::value(number->get());
  if (const auto* boolean = node.as_boolean()) return boost::json::value(boolean->get());
  return node.is_array() ? boost::json::value(boost::json::array())
                         : boost::json::value(boost::json::object());
}

void read_default(TableReader& reader, Parameter& parameter) {
  parameter.required = reader.boolean("required").value_or(false);
  const toml::node* node = reader.value("default");
  if (!node) return;
  if (parameter.required) {
    reader.complain("default", "cannot be combined with required = true; remove one of them");
  }
  Result<ParameterValue> value = check_parameter(parameter, json_of(*node));
  if (value.has_error()) {
    reader.complain("default", value.error().message());
  } else {
    parameter.default_value = std::move(value).value();
  }
}

Parameter read_parameter(const toml::table& table, std::size_t index, ProblemList& problems) {
  TableReader reader(table, fmt::format("parameters[{}].", index), problems);
  Parameter parameter;
  read_name(reader, parameter);
  read_type(reader, parameter);
  parameter.title = reader.text("title", {.max_bytes = 100});
  if (parameter.title.empty()) parameter.title = parameter.name;
  parameter.description =
      reader.text("description", {.max_bytes = 1000, .form = TextRule::Form::kParagraph});
  read_values(reader, parameter);
  read_bounds(reader, parameter);
  read_pattern(reader, parameter);
  parameter.flag = reader.text("flag", {.max_bytes = 256, .form = TextRule::Form::kArgument});
  refuse_unless(parameter.type == ParameterType::kBoolean, "flag", "boolean", reader);
  read_default(reader, parameter);
  reader.refuse_other_keys();
  return parameter;
}

// Adds the names that the element's placeholders use.
void check_element(const Tool& tool, std::size_t index, std::set<std::string>& used,
                   TableReader& manifest) {
  auto complain = [&](std::string_view message) {
    manifest.complain("command", fmt::format("element {} {}", index, message));
  };
  Result<std::vector<TemplatePiece>> pieces = parse_element(tool.command[index]);
  if (pieces.has_error()) return complain(pieces.error().message());
  for (const TemplatePiece& piece : *pieces) {
    if (piece.kind == TemplatePiece::Kind::kLiteral) continue;
    used.insert(piece.text);
    bool built_in = piece.text == kProjectPlaceholder || piece.text == kCpusPlaceholder;
    if (built_in || find_parameter(tool, piece.text)) continue;
    std::vector<std::string> known{std::string(kProjectPlaceholder), std::string(kCpusPlaceholder)};
    for (const Parameter& parameter : tool.parameters) known.push_back(parameter.name);
    complain(fmt::format("names {}, which is not a parameter{}", in_quotes(piece.text),
                         did_you_mean(piece.text, known)));
  }
}

}  // namespace

std::vector<Parameter> read_parameters(TableReader& manifest, ProblemList& problems) {
  std::vector<Parameter> parameters;
  std::set<std::string> names;
  for (const toml::table* table : manifest.tables("parameters", kMaxParameters)) {
    Parameter parameter = read_parameter(*table, parameters.size(), problems);
    if (!parameter.name.empty() && !names.insert(parameter.name).second) {
      problems.add(static_cast<int>(table->source().begin.line),
                   fmt::format("parameters[{}].name", parameters.size()),
                   fmt::format("{} appears twice", in_quotes(parameter.name)));
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

void check_command(const Tool& tool, TableReader& manifest) {
  std::set<std::string> used;
  if (!tool.command.empty() && tool.command[0].find_first_of("{}") != std::string::npos) {
    return manifest.complain("command",
                             "uses a placeholder as the program; the program must be fixed");
  }
  for (std::size_t i = 1; i < tool.command.size(); ++i) check_element(tool, i, used, manifest);
  ParameterValues defaults;
  for (const Parameter& parameter : tool.parameters) {
    if (parameter.default_value) defaults.emplace(parameter.name, *parameter.default_value);
    if (used.count(parameter.name) > 0 || tool.command.empty()) continue;
    manifest.complain("command",
                      fmt::format("never uses the parameter {}; add {{{}}} to the command",
                                  in_quotes(parameter.name), parameter.name));
  }
  Result<std::vector<std::string>> argv = expand_command(tool, defaults);
  // Malformed elements were reported above; the remaining problem is a default that starts with
  // '-'.
  if (argv.has_error() && argv.error().kind() == ErrorKind::kValidation &&
      argv.error().details().contains("field")) {
    manifest.complain("command", argv.error().message());
  }
}

}  // namespace glovebox
