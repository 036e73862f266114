// What the settings say to the sender.
#pragma once

#include "base/result.h"
#include "cli/settings.h"
#include "outbound/sender_options.h"

namespace glovebox {

// Reads the file of certificate authorities. kValidation names a setting that is wrong.
Result<SenderOptions> sender_options(const Settings& settings);

}  // namespace glovebox
