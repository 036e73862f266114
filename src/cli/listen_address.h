// HOST:PORT of the listen setting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

struct ListenAddress {
  std::string host;  // an IPv6 address without brackets
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "localhost:0", "[::1]:8080". kValidation otherwise. The server checks whether
// the host is valid.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace glovebox
