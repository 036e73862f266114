#include "base/json_fields.h"

#include <utility>

namespace glovebox {
namespace {

namespace json = boost::json;

Error json_field_error(std::string_view field, const std::string& what) {
  return validation_error("\"" + std::string(field) + "\" " + what).with("field", field);
}

}  // namespace

json::value* JsonFields::take(std::string_view name) {
  taken_.emplace(name);
  return object_.if_contains(name);
}

Result<std::string> JsonFields::required_string(std::string_view name) {
  GB_TRY(auto text, optional_string(name));
  if (!text) return json_field_error(name, "is missing.");
  if (text->empty()) return json_field_error(name, "must not be empty.");
  return std::move(*text);
}

Result<std::optional<std::string>> JsonFields::optional_string(std::string_view name) {
  json::value* value = take(name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return json_field_error(name, "must be a string.");
  return std::optional<std::string>(std::string(value->as_string()));
}

Result<std::optional<std::int64_t>> JsonFields::optional_integer(std::string_view name) {
  json::value* value = take(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (!value->is_int64()) return json_field_error(name, "must be an integer.");
  return std::optional<std::int64_t>(value->as_int64());
}

Result<std::optional<bool>> JsonFields::optional_bool(std::string_view name) {
  json::value* value = take(name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_bool()) return json_field_error(name, "must be true or false.");
  return std::optional<bool>(value->as_bool());
}

Result<json::object> JsonFields::optional_object(std::string_view name) {
  json::value* value = take(name);
  if (value == nullptr) return json::object();
  if (!value->is_object()) return json_field_error(name, "must be an object.");
  return std::move(value->as_object());
}

Result<std::optional<std::vector<std::string>>> JsonFields::optional_strings(
    std::string_view name) {
  json::value* value = take(name);
  if (value == nullptr) return std::optional<std::vector<std::string>>();
  if (!value->is_array()) return json_field_error(name, "must be an array of strings.");
  std::vector<std::string> strings;
  for (const json::value& element : value->as_array()) {
    if (!element.is_string()) return json_field_error(name, "must be an array of strings.");
    strings.emplace_back(element.as_string());
  }
  return std::optional(std::move(strings));
}

Result<void> JsonFields::refuse_unknown() const {
  for (const auto& member : object_) {
    std::string_view name = member.key();
    if (!taken_.contains(name)) {
      return json_field_error(name, "is not a field of this request.");
    }
  }
  return ok();
}

}  // namespace glovebox
