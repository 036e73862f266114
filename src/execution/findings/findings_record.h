// How the store keeps a job's findings: a line of JSON each, compressed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"

namespace glovebox {

// Both take time in proportion to the findings: some 100 ms for kMaxFindings of them.
Result<std::string> encode_findings(const std::vector<Finding>& findings);
// kInternal where the text is not ours. Empty text is an empty list.
Result<std::vector<Finding>> decode_findings(std::string_view encoded);

}  // namespace glovebox
