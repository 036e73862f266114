// Cookies: reading them from requests and writing them into responses (RFC 6265).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/wire/request_head.h"
#include "http/wire/response.h"

namespace glovebox {

// The value of that name; empty where it is missing. Also where there are several of them: another
// host of the same site may have set one, and which of them is ours is unknown.
std::string cookie_in(const RequestHead& head, std::string_view name);

struct CookieTraits {
  std::string_view path = "/";
  std::chrono::seconds max_age{0};  // 0: the browser removes it
  bool secure = false;
};
// HttpOnly, SameSite=Lax. `value` must consist of characters that a cookie may have.
HeaderField set_cookie(std::string_view name, std::string_view value, const CookieTraits& traits);

}  // namespace glovebox
