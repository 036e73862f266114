#include "cli/listen_address.h"

#include <fmt/format.h>

#include <charconv>

#include "base/near_miss.h"

namespace glovebox {

Result<ListenAddress> parse_listen_address(std::string_view text) {
  auto fail = [&] {
    return validation_error(fmt::format(
        "{} is not a listen address; write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
        in_quotes(text)));
  };
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail();
  std::string_view host = text.substr(0, colon);
  std::string_view port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return fail();
  }
  ListenAddress address{std::string(host)};
  auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (host.empty() || port.empty() || code != std::errc() || end != port.data() + port.size()) {
    return fail();
  }
  return address;
}

}  // namespace glovebox
