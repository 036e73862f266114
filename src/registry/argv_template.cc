#include "registry/argv_template.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_miss.h"
#include "registry/parameter_check.h"

namespace glovebox {
namespace {

void add_literal(std::vector<TemplatePiece>& pieces, std::string_view text) {
  if (pieces.empty() || pieces.back().kind != TemplatePiece::Kind::kLiteral) {
    pieces.push_back({TemplatePiece::Kind::kLiteral, ""});
  }
  pieces.back().text += text;
}

// The value of a placeholder; nothing if the element is dropped.
std::optional<std::string> text_for(const Parameter& parameter, const ParameterValues& values) {
  auto it = values.find(parameter.name);
  if (it == values.end()) return std::nullopt;
  const bool* truth = std::get_if<bool>(&it->second);
  if (truth && !parameter.flag.empty()) {
    return *truth ? std::optional(parameter.flag) : std::nullopt;
  }
  return value_text(it->second);
}

// Nothing if the element is dropped.
Result<std::optional<std::string>> expand_element(const Tool& tool, std::string_view element,
                                                  const ParameterValues& values) {
  GB_TRY(std::vector<TemplatePiece> pieces, parse_element(element));
  std::string expanded;
  for (const TemplatePiece& piece : pieces) {
    if (piece.kind == TemplatePiece::Kind::kLiteral) {
      expanded += piece.text;
      continue;
    }
    if (piece.text == kProjectPlaceholder) {
      expanded += kWorkDirectory;
      continue;
    }
    if (piece.text == kCpusPlaceholder) {
      expanded += std::to_string(std::max(1, static_cast<int>(tool.limits.cpus)));
      continue;
    }
    const Parameter* parameter = find_parameter(tool, piece.text);
    if (!parameter) {
      return internal_error(
          fmt::format("the command uses {}, which is not a parameter", in_quotes(piece.text)));
    }
    std::optional<std::string> text = text_for(*parameter, values);
    if (!text) return std::optional<std::string>();
    if (parameter->type == ParameterType::kString && expanded.empty() && text->starts_with('-')) {
      return parameter_error(parameter->name,
                             "starts with '-' and would be read as an option; for a file, put "
                             "./ before its name");
    }
    expanded += *text;
  }
  return std::optional(std::move(expanded));
}

}  // namespace

Result<std::vector<TemplatePiece>> parse_element(std::string_view element) {
  std::vector<TemplatePiece> pieces;
  for (std::size_t i = 0; i < element.size(); ++i) {
    char c = element[i];
    bool doubled = i + 1 < element.size() && element[i + 1] == c;
    if (c != '{' && c != '}') {
      // A placeholder may be a whole program.
      std::size_t end = std::min(element.find_first_of("{}", i), element.size());
      add_literal(pieces, element.substr(i, end - i));
      i = end - 1;
    } else if (doubled) {
      add_literal(pieces, element.substr(i, 1));
      ++i;
    } else if (c == '}') {
      return validation_error("has a } without its {; write }} for a literal one");
    } else {
      std::size_t end = element.find_first_of("{}", i + 1);
      if (end == std::string_view::npos || element[end] == '{') {
        return validation_error("has a { without its }; write {{ for a literal one");
      }
      pieces.push_back(
          {TemplatePiece::Kind::kPlaceholder, std::string(element.substr(i + 1, end - i - 1))});
      i = end;
    }
  }
  return pieces;
}

Result<std::vector<std::string>> expand_command(const Tool& tool, const ParameterValues& values) {
  std::vector<std::string> argv;
  for (const std::string& element : tool.command) {
    if (argv.empty()) {
      argv.push_back(element);
      continue;
    }
    GB_TRY(std::optional<std::string> expanded, expand_element(tool, element, values));
    if (expanded) argv.push_back(std::move(*expanded));
  }
  return argv;
}

}  // namespace glovebox
