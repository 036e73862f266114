// A configuration file with every setting commented out, from the table of settings.
#pragma once

#include <string>

namespace glovebox {

// TOML. With every line uncommented it sets what is set without it.
std::string settings_text();

}  // namespace glovebox
