// Presets as files: presets/NAME.toml.
//
//   title         required, one line
//   text          paragraphs that explain what to upload
//   tools         required: 1 to 100 ids of tools
//   timeout       a duration: of each tool, if it is lower than its own
//   [limits]      project_bytes: a size; project_files: an integer
//   [parameters.TOOL]  values of that tool's parameters, checked as those of a request
//
// Every key is known and has a type; an unknown key is a problem.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "model/preset.h"
#include "registry/manifest.h"
#include "registry/tool_registry.h"

namespace glovebox {

inline constexpr std::size_t kMaxPresetBytes = 64 << 10;
inline constexpr std::size_t kMaxPresets = 1000;
inline constexpr std::size_t kMaxToolsOfPreset = 100;

// The preset, if there are no problems. `file` gives its name.
std::optional<Preset> parse_preset(std::string_view text, const std::filesystem::path& file,
                                   const ToolRegistry& registry,
                                   std::vector<ManifestProblem>& problems);

// *.toml in the folder, by name; hidden files are skipped. Invalid files are reported and left out.
// Blocks on files.
std::vector<Preset> load_presets(const std::filesystem::path& folder, const ToolRegistry& registry,
                                 std::vector<ManifestProblem>& problems);

}  // namespace glovebox
