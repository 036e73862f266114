#include "http/routes/json_body.h"

#include <utility>

namespace glovebox {

Result<boost::json::object> parse_json_object(std::string_view text) {
  GB_TRY(boost::json::value value, parse_strict_json(text));
  if (!value.is_object()) return validation_error("The body must be a JSON object.");
  return std::move(value.as_object());
}

}  // namespace glovebox
