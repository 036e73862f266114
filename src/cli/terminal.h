// Whether a descriptor is a terminal, and whether to color its output.
#pragma once

#include <string>
#include <string_view>

#include "cli/settings_file.h"

namespace glovebox {

enum class Color { kRed, kGreen, kYellow, kDim };

struct Terminal {
  bool interactive = false;  // a person is watching
  bool color = false;

  // The text in that color, or unchanged.
  std::string paint(Color color_of_text, std::string_view text) const;
};

// isatty(3); no colour with NO_COLOR (https://no-color.org) or TERM=dumb.
Terminal terminal_of(int fd, const Environment& environment);

}  // namespace glovebox
