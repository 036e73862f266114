// What stands in a keys file, a TOML file of [[key]] tables:
//
//   [[key]]
//   name = "ci"
//   sha256 = "5e88…"                     # of the key; 64 lower-case hex digits
//   created_at = 2026-11-23T09:30:00Z    # optional, as all below
//   expires_at = 2027-11-23T09:30:00Z
//   hourly_per_client = 100              # in place of the limits for all; 0: no limit
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

// Errors, kValidation, start with "NAME:LINE: ". Nothing is taken from a text with a mistake in it.
Result<ApiKeys> parse_key_file(std::string_view text, const std::string& name);

// The text with one table more at its end; else byte for byte as it was. kConflict where the name
// is taken, kValidation where the text is broken.
Result<std::string> with_key(const std::string& text, const std::string& file_name,
                             const ApiKey& key);
// The text without the lines from the key's [[key]] to its last value. kNotFound where there is no
// such key, kConflict where it is written in a way that no lines can be cut out of.
Result<std::string> without_key(const std::string& text, const std::string& file_name,
                                const std::string& key_name);

}  // namespace glovebox
