// Signatures of Standard Webhooks: HMAC-SHA256 with a shared secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

// "whsec_" and 32 random bytes in base64.
std::string new_webhook_secret();
// The bytes of a secret. kValidation unless it is "whsec_" and base64 of 24 to 64 bytes.
Result<std::string> webhook_secret_key(std::string_view secret);

// The value of `webhook-signature`: "v1,BASE64" for each secret, with a space between.
// `secrets` must be valid.
std::string sign_webhook(const std::vector<std::string>& secrets, std::string_view id,
                         std::int64_t timestamp, std::string_view body);

}  // namespace glovebox
