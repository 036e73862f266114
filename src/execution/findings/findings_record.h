// The stored form of a job's findings: one line of JSON each, compressed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"

namespace glovebox {

// Both take time proportional to the findings: about 100 ms for kMaxFindings.
Result<std::string> encode_findings(const std::vector<Finding>& findings);
// kInternal if the text was not created by this function. An empty text is an empty list.
Result<std::vector<Finding>> decode_findings(std::string_view encoded);

}  // namespace glovebox
