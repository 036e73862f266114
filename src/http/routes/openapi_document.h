// What "/openapi.json" answers: openapi.json of this folder with the program's version in it.
#pragma once

#include <string_view>

namespace glovebox {

std::string_view openapi_document();

}  // namespace glovebox
