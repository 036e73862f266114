// References to images, as skopeo takes them (containers-transports(5)).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// kValidation where it has no transport that can be used here: "docker://", "oci:", "oci-archive:",
// "docker-archive:" or "dir:".
Result<void> check_image_ref(std::string_view ref);

bool is_registry_ref(std::string_view ref);
// The same repository of a registry, by digest: "docker://host:5000/tools@sha256:…".
std::string ref_by_digest(std::string_view ref, std::string_view digest);

}  // namespace glovebox
