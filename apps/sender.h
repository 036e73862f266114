// What the settings say to the sender.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/settings.h"
#include "outbound/sender_options.h"

namespace glovebox {

// Reads the file of certificate authorities. kValidation names a setting that is wrong.
Result<SenderOptions> sender_options(const Settings& settings);

// Of secret_file, one in a line, valid; empty for no file.
Result<std::vector<std::string>> read_webhook_secrets(const std::string& path);
// kValidation where the settings of the sign-in do not fit together.
Result<void> check_sign_in(const Settings& settings);
// One line; empty for no file.
Result<std::string> read_client_secret(const std::string& path);

}  // namespace glovebox
