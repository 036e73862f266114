// JsonFields: the fields of a JSON object from outside, each taken by its name.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

// Takes the fields of an object one by one; what nobody asked for is an unknown field.
class JsonFields {
 public:
  explicit JsonFields(boost::json::object object) : object_(std::move(object)) {}

  bool has(std::string_view name) const { return object_.contains({name.data(), name.size()}); }
  // kValidation where the field is missing, empty or not a string.
  Result<std::string> required_string(std::string_view name);
  Result<std::optional<std::string>> optional_string(std::string_view name);
  Result<std::optional<std::int64_t>> optional_integer(std::string_view name);
  Result<std::optional<bool>> optional_bool(std::string_view name);
  // Empty where it is missing.
  Result<boost::json::object> optional_object(std::string_view name);
  Result<std::optional<std::vector<std::string>>> optional_strings(std::string_view name);

  // Last: kValidation that names the first field left over.
  Result<void> refuse_unknown() const;

 private:
  boost::json::value* take(std::string_view name);

  boost::json::object object_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace glovebox
