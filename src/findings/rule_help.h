// The URL of a rule's help.
#pragma once

#include <string>

namespace glovebox {

// `url` is FindingsSpec::url: "{rule}" is replaced, percent-encoded. Empty unless it begins with
// https:// and contains nothing that could end an attribute or a line.
std::string rule_help_url(const std::string& url, const std::string& rule);

}  // namespace glovebox
