// The subcommands of `glovebox image`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "cli/commands.h"

namespace glovebox {

// What the flags set, as text.
struct ImageFlags {
  ImageCommand command;
  std::string max_size = "8GiB";
  std::string timeout = "1h";
};

// Adds "image" with pull, import, list and remove. The caller adds their settings.
CLI::App* add_image_commands(CLI::App& app, ImageFlags& flags);
Result<ImageCommand> finish_image_command(const ImageFlags& flags, Settings settings);

}  // namespace glovebox
