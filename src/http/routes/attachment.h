// Responses that browsers save and never display, because files from users and tools may be
// hostile.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/wire/response.h"

namespace glovebox {

// The value of Content-Disposition for a file of this path, which may be anything (RFC 6266).
std::string attachment_value(std::string_view path);

// A regular file, or the part of it that was requested (conditional.h), as
// application/octet-stream; kNotFound for anything else. The file must never change in place.
Result<HttpResponse> attachment_response(const RequestHead& head, UniqueFd file,
                                         std::string_view path);

}  // namespace glovebox
