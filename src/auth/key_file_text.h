// The format of a keys file, a TOML file of [[key]] tables:
//
//   [[key]]
//   name = "ci"
//   sha256 = "5e88…"                     # of the key; 64 lower-case hex digits
//   created_at = 2026-11-23T09:30:00Z    # optional, as all below
//   expires_at = 2027-11-23T09:30:00Z
//   hourly_per_client = 100              # instead of the limits for all; 0: no limit
//   concurrent_per_client = 2
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "auth/api_keys.h"
#include "base/result.h"

namespace glovebox {

// Errors are kValidation and start with "NAME:LINE: ". If a text has a mistake, nothing in it is
// used.
Result<ApiKeys> parse_key_file(std::string_view text, const std::string& name);

// The text with one table appended, otherwise unchanged. kConflict if the name exists, kValidation
// if the text is invalid.
Result<std::string> with_key(const std::string& text, const std::string& file_name,
                             const ApiKey& key);
// The text without the lines from the key's [[key]] to its last value. kNotFound if there is no
// such key; kConflict if the key is not on separate lines.
Result<std::string> without_key(const std::string& text, const std::string& file_name,
                                const std::string& key_name);

}  // namespace glovebox
