// URIs of what runs leave: "glovebox://runs/ID/report.sarif", "glovebox://runs/ID/output",
// "glovebox://runs/ID/artifacts/PATH", "glovebox://checkups/ID/report.sarif".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/ids.h"

namespace glovebox {

std::string report_uri(const JobId& id);
std::string report_uri(const CheckupId& id);
std::string artifact_uri(const JobId& id, std::string_view path);

struct ResourceName {
  enum class Kind { kReport, kCheckupReport, kOutput, kArtifact };
  Kind kind = Kind::kReport;
  std::string id;    // of the job or the check-up
  std::string path;  // of an artifact
};
// Nothing where it is none of ours.
std::optional<ResourceName> parse_resource_uri(std::string_view uri);

}  // namespace glovebox
