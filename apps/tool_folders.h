// The default folders of tools and examples.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/settings.h"
#include "registry/preset_file.h"
#include "registry/tool_registry.h"

namespace glovebox {

// The folder of images that the settings name; else /var/lib/glovebox/images for root, and
// glovebox/images below $XDG_DATA_HOME (~/.local/share) for others. Empty where there is no home.
std::filesystem::path images_dir(const Settings& settings);

// The settings' folders. Without them the installed ones, if they exist:
// PREFIX/share/glovebox/tools and …/examples for PREFIX/bin/glovebox.
RegistrySources registry_sources(const Settings& settings);

// The settings' folder of the documentation. Without it the installed one, if it exists:
// PREFIX/share/glovebox/doc for PREFIX/bin/glovebox. Absolute, or empty.
std::filesystem::path docs_dir(const Settings& settings);

// The presets of the settings' folder, else of PREFIX/share/glovebox/presets, if it exists.
std::vector<Preset> presets_of(const Settings& settings, const ToolRegistry& registry,
                               std::vector<ManifestProblem>& problems);

// The settings' most CPUs of a job, or those that this process may use.
void limit_cpus(ToolRegistry& registry, const Settings& settings);

// "FILE:LINE: FIELD: MESSAGE".
std::string problem_line(const ManifestProblem& problem);

}  // namespace glovebox
