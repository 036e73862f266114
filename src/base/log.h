// The log: standard error, one line per event. Hostile text is escaped, so that an event stays one
// line. Any thread.
#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace glovebox {

// Keeps printable ASCII and prints everything else, including control characters and quotes, as
// \xNN; truncated at 512 characters. Use it for every text from outside.
std::string escape_for_log(std::string_view text);

// Call once at start, before any thread. Level names are spdlog's: "debug", "info", "warning",
// "error".
void set_up_log(std::string_view level);

}  // namespace glovebox
