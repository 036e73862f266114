// The example projects that ship: EXAMPLES/TOOL-ID/EXAMPLE-NAME/…
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "model/tool.h"
#include "registry/manifest.h"

namespace glovebox {

// Maximum number of examples of one tool in one folder; more are a problem.
inline constexpr std::size_t kMaxExamples = 64;
// Maximum number of files counted for one example. Folders deeper than 32 are not entered.
inline constexpr std::size_t kMaxExampleFiles = 10'000;

struct Example {
  ExampleInfo info;
  std::filesystem::path path;
};

// The examples of a tool in `examples_dir`, by name. Title and description are the first heading
// and the first paragraph of README.md; without that file the title is the folder's name. Hidden
// folders and symbolic links are skipped. It is not a problem if a tool has no examples.
std::vector<Example> find_examples(const std::filesystem::path& examples_dir, const ToolId& tool,
                                   std::vector<ManifestProblem>& problems);

}  // namespace glovebox
