// The user's own API key, for `glovebox run --server`.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/commands.h"

namespace glovebox {

// From the key file, else from the environment; empty where there is neither. Never from a flag,
// since everybody on a machine may read the arguments of its processes. kUser where the file cannot
// be read or holds no key. Warns on standard error of a file that others may read.
Result<std::string> own_api_key(const RunCommand& command);

// What a server's kAuthentication means to whoever runs the command.
Error explain_refused_key(const Error& refused, const RunCommand& command);

}  // namespace glovebox
