// Header values of the form VALUE; name=value; name="value", as in Content-Type and
// Content-Disposition.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct FieldParameters {
  std::string value;  // before the first ';'
  std::vector<std::pair<std::string, std::string>> parameters;

  // Compares the name without case; null if there is none.
  const std::string* find(std::string_view name) const;
};

// kValidation if the form is invalid, a quote is not closed, a name is given twice, or there are
// more than 16 parameters. Inside quotes only \" and \\ are escapes: browsers send other
// backslashes unchanged.
Result<FieldParameters> parse_field_parameters(std::string_view text);

}  // namespace glovebox
