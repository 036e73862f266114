// The response of "/" if the program was built without its web console.
#pragma once

#include <string_view>

namespace glovebox {

std::string_view plain_page();

}  // namespace glovebox
