#include "http/wire/field_parameters.h"

#include <algorithm>

#include "http/wire/request_head.h"

namespace glovebox {
namespace {

constexpr std::size_t kMostParameters = 16;

Error malformed_field(std::string_view what) {
  return validation_error("A header value is malformed: " + std::string(what));
}

// `text` starts after the opening quote; what follows the closing one stays in it.
Result<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    bool escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (escape) ++i;
    value += text[i];
  }
  return malformed_field("a quote is not closed.");
}

Result<std::string> take_value(std::string_view& text) {
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    GB_TRY(std::string value, take_quoted(text));
    std::size_t next = text.find_first_not_of(" \t");
    if (next != std::string_view::npos && text[next] != ';') {
      return malformed_field("text follows a quoted value.");
    }
    return value;
  }
  std::string value(trim(text.substr(0, text.find(';'))));
  text.remove_prefix(std::min(text.find(';'), text.size()));
  return value;
}

}  // namespace

const std::string* FieldParameters::find(std::string_view name) const {
  for (const auto& parameter : parameters) {
    if (equal_ignoring_case(parameter.first, name)) return &parameter.second;
  }
  return nullptr;
}

Result<FieldParameters> parse_field_parameters(std::string_view text) {
  FieldParameters result;
  std::size_t semicolon = text.find(';');
  result.value = trim(text.substr(0, semicolon));
  text.remove_prefix(std::min(semicolon, text.size()));
  while (true) {
    std::size_t start = text.find_first_not_of("; \t");
    if (start == std::string_view::npos) return result;
    text.remove_prefix(start);
    std::size_t equals = text.find('=');
    std::string_view name = trim(text.substr(0, equals));
    if (equals == std::string_view::npos || name.empty() ||
        name.find_first_of("\"; \t") != std::string_view::npos) {
      return malformed_field("a parameter is not NAME=VALUE.");
    }
    if (result.find(name) != nullptr) return malformed_field("a parameter appears twice.");
    if (result.parameters.size() == kMostParameters) return malformed_field("too many parameters.");
    std::string owned_name(name);
    text.remove_prefix(equals + 1);
    GB_TRY(std::string value, take_value(text));
    result.parameters.emplace_back(std::move(owned_name), std::move(value));
  }
}

}  // namespace glovebox
