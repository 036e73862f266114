// Where tools and examples lie when nobody says so.
#pragma once

#include "cli/settings.h"
#include "registry/tool_registry.h"

namespace glovebox {

// The settings' folders; without them what was installed beside the program:
// PREFIX/share/glovebox/tools and …/examples for PREFIX/bin/glovebox, where they are there.
RegistrySources registry_sources(const Settings& settings);

// "FILE:LINE: FIELD: MESSAGE".
std::string problem_line(const ManifestProblem& problem);

}  // namespace glovebox
