// Answers that browsers save and never show: what users and tools made is hostile to them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/response.h"

namespace glovebox {

// The value of Content-Disposition for a file of this path, which may be anything (RFC 6266).
std::string attachment_value(std::string_view path);

// The whole of a regular file, as application/octet-stream; kNotFound for anything else.
Result<HttpResponse> attachment_response(UniqueFd file, std::string_view path);

}  // namespace glovebox
