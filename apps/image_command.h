// `glovebox image`: pull, import, list, remove.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Returns the exit code.
int image_command(const ImageCommand& command, const Terminal& terminal);

// For `doctor`: whether images can be pulled here, and which signatures they need.
struct ImageReadiness {
  std::string skopeo;  // version; empty: it is not installed
  std::string umoci;
  std::string policy;  // the file; empty: none, every image is accepted
  std::string images_dir;
};
ImageReadiness image_readiness(const Settings& settings);
std::string readiness_text(const ImageReadiness& readiness, const Terminal& terminal);
boost::json::object readiness_json(const ImageReadiness& readiness);

}  // namespace glovebox
