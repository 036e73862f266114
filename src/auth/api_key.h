// ApiKey: a client's key. The server knows only its hash.
//
// Keys are generated here and contain 130 random bits, so a plain SHA-256 can be neither reversed
// nor guessed. Slow, salted hashes, as for passwords, would cost time on every request and add
// nothing. This is true only for generated keys, so text of another form is never looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"

namespace glovebox {

struct ApiKey {
  std::string name;    // see is_key_name(); the owner of jobs and projects
  std::string sha256;  // hash_of_key()
  // Instead of the limits for all clients; 0: no limit.
  std::optional<std::int64_t> hourly_per_client;
  std::optional<std::int64_t> concurrent_per_client;
  std::optional<WallTime> created_at;
  std::optional<WallTime> expires_at;

  bool has_expired(WallTime now) const { return expires_at && *expires_at <= now; }
  // "key:NAME"
  ClientId client() const { return ClientId("key:" + name); }
};

// "gbx_" and 22 characters of [0-9A-Za-z], from the kernel's random generator.
std::string new_api_key();
// Whether `text` has that form.
bool is_api_key(std::string_view text);
// The SHA-256 in lower-case hex.
std::string hash_of_key(std::string_view key);

// The text with each key replaced by "gbx_***", and each token of a link by "gbs_***", for logs.
// Users put keys in wrong places.
std::string with_keys_hidden(std::string_view text);

// 1 to 64 of [0-9A-Za-z._@-], the first a letter or digit: safe in logs, headers and files.
bool is_key_name(std::string_view text);

}  // namespace glovebox
