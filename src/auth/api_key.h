// ApiKey: one client's key as the server knows it, which is by its hash.
//
// Keys are made here and hold 130 random bits, so a plain SHA-256 of one can be neither reversed
// nor searched for. The slow, salted hashes that passwords want would cost every request time and
// gain nothing. That holds for such keys only: what has not their form is never looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"

namespace glovebox {

struct ApiKey {
  std::string name;    // is_key_name(); whose jobs and projects they are
  std::string sha256;  // hash_of_key()
  // In place of the limits for all; 0: off.
  std::optional<std::int64_t> hourly_per_client;
  std::optional<std::int64_t> concurrent_per_client;
  std::optional<WallTime> created_at;
  std::optional<WallTime> expires_at;

  bool has_expired(WallTime now) const { return expires_at && *expires_at <= now; }
  // "key:NAME"
  ClientId client() const { return ClientId("key:" + name); }
};

// "gbx_" and 22 characters of [0-9A-Za-z], from the kernel's generator.
std::string new_api_key();
// Whether `text` has that form.
bool is_api_key(std::string_view text);
// Lower-case hex of the SHA-256.
std::string hash_of_key(std::string_view key);

// The text with "gbx_***" for each key in it, for logs: people put keys where none belong.
std::string with_keys_hidden(std::string_view text);

// 1 to 64 of [0-9A-Za-z._@-], the first a letter or digit: fit for logs, headers and files.
bool is_key_name(std::string_view text);

}  // namespace glovebox
