// The log goes to standard error, one line an event; hostile text is escaped, so that one event
// stays one line. Any thread.
#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace glovebox {

// Prints ASCII as it is and everything else, control characters and quotes included, as \xNN; cut
// at 512 characters. For every text that came from outside.
std::string escape_for_log(std::string_view text);

// Call once at start, before any thread. Level names are spdlog's: "debug", "info", "warning",
// "error".
void set_up_log(std::string_view level);

}  // namespace glovebox
