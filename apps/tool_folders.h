// The default folders of tools and examples.
#pragma once

#include "cli/settings.h"
#include "registry/tool_registry.h"

namespace glovebox {

// The settings' folders. Without them the installed ones, if they exist:
// PREFIX/share/glovebox/tools and …/examples for PREFIX/bin/glovebox.
RegistrySources registry_sources(const Settings& settings);

// The settings' most CPUs of a job, or those that this process may use.
void limit_cpus(ToolRegistry& registry, const Settings& settings);

// "FILE:LINE: FIELD: MESSAGE".
std::string problem_line(const ManifestProblem& problem);

}  // namespace glovebox
