// The response of "/openapi.json": openapi.json of this folder with the program's version.
#pragma once

#include <string_view>

namespace glovebox {

std::string_view openapi_document();

}  // namespace glovebox
