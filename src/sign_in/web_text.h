// The encodings that OpenID Connect uses. Threads: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace glovebox {

// RFC 4648, 5, without padding.
std::string base64url(std::string_view bytes);
// RFC 4648, 4, with padding.
std::string base64(std::string_view bytes);
// "a=b&c=d", percent-encoded as application/x-www-form-urlencoded, with %20 for a space.
std::string form_encoded(std::span<const std::pair<std::string_view, std::string_view>> fields);
std::string form_value(std::string_view text);
// 32 bytes.
std::string sha256_bytes(std::string_view text);
std::string hmac_sha256(std::string_view key, std::string_view text);
// Takes the same time wherever they differ.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace glovebox
