#include <fmt/format.h>

#include <charconv>

#include "base/near_miss.h"
#include "client/http_call.h"

namespace glovebox {
namespace {

constexpr std::string_view kScheme = "http://";

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  return !text.empty() && code == std::errc() && end == text.data() + text.size() && port != 0;
}

bool is_host(std::string_view text) {
  constexpr std::string_view kAllowed =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_:%";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

Result<ServerUrl> parse_server_url(std::string_view text) {
  auto fail = [&] {
    return validation_error(fmt::format(
        "{} is not a server URL; write it like http://127.0.0.1:8080", in_quotes(text)));
  };
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    return validation_error("https is not supported; use the server's http address");
  }
  if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  std::string_view authority = rest;
  std::string_view port = "80";
  std::size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
    port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  bool brackets = rest.size() > 2 && rest.front() == '[' && rest.back() == ']';
  if (brackets) rest = rest.substr(1, rest.size() - 2);
  if (!is_port(port) || !is_host(rest)) return fail();
  if (!brackets && rest.find(':') != std::string_view::npos) return fail();
  return ServerUrl{std::string(rest), std::string(port), std::string(authority),
                   fmt::format("{}{}", kScheme, authority)};
}

}  // namespace glovebox
