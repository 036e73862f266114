#include "http/wire/cookies.h"

#include <fmt/format.h>

#include <algorithm>

namespace glovebox {

std::string cookie_in(const RequestHead& head, std::string_view name) {
  std::string found;
  bool seen = false;
  for (const HeaderField& field : head.fields) {
    if (!equal_ignoring_case(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::size_t end = std::min(rest.find(';'), rest.size());
      std::string_view pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (seen) return {};
      seen = true;
      found = pair.substr(equals + 1);
    }
  }
  return found;
}

HeaderField set_cookie(std::string_view name, std::string_view value, const CookieTraits& traits) {
  return {"Set-Cookie",
          fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Lax{}", name, value,
                      traits.path, traits.max_age.count(), traits.secure ? "; Secure" : "")};
}

}  // namespace glovebox
