// HOST:PORT as the listen setting has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

struct ListenAddress {
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "localhost:0", "[::1]:8080". kValidation otherwise. Whether the host is one is
// for the server to say.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace glovebox
