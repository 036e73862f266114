// The name of the cookie that has a person's session.
#pragma once

#include <string_view>

#include "http/http_options.h"

namespace glovebox {

// Behind https with the prefix by which browsers refuse one from another host or without Secure.
inline std::string_view session_cookie(const HttpOptions& options) {
  return options.public_url.starts_with("https://") ? "__Host-glovebox_session"
                                                    : "glovebox_session";
}

}  // namespace glovebox
