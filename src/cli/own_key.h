// The user's API key for `glovebox run --server`.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/commands.h"

namespace glovebox {

// Reads the key from the key file, else from the environment; empty if there is none. Never from a
// flag, because every user of the machine can read process arguments. kUser if the file cannot be
// read or has no key. Warns on standard error if other users can read the file.
Result<std::string> own_api_key(const ServerAccess& access);

// Explains a server's kAuthentication to the user of the access.
Error explain_refused_key(const Error& refused, const ServerAccess& access);

}  // namespace glovebox
