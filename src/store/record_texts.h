// The lists of a record as text, for a column. Only we write and read these texts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/job.h"
#include "model/project.h"

namespace glovebox {

std::string strings_text(const std::vector<std::string>& strings);
// File names are bytes, not always UTF-8.
std::string artifacts_text(const std::vector<Artifact>& artifacts);
// Empty for no counts.
std::string counts_text(const std::optional<FindingCounts>& counts);
std::string warnings_text(const std::vector<ProjectWarning>& warnings);

// Nothing: the text is damaged.
std::optional<std::vector<std::string>> strings_from_text(const std::string& text);
std::optional<std::vector<Artifact>> artifacts_from_text(const std::string& text);
std::optional<FindingCounts> counts_from_text(const std::string& text);
// A damaged text gives no warnings.
std::vector<ProjectWarning> warnings_from_text(const std::string& text);

}  // namespace glovebox
