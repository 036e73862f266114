// Header values of the form VALUE; name=value; name="value", as Content-Type and
// Content-Disposition have them.
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

  // By name in any case, or null.
  const std::string* find(std::string_view name) const;
};

// kValidation where the form is broken, a quote is not closed, a name stands twice, or there are
// more than 16 parameters. Inside quotes only \" and \\ are escapes: browsers send other
// backslashes as they are.
Result<FieldParameters> parse_field_parameters(std::string_view text);

}  // namespace glovebox
