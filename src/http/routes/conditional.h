// Conditional requests and byte ranges (RFC 9110, 13 and 14) for a response that is complete and
// whose content never changes under one entity tag.
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/wire/request_head.h"
#include "http/wire/response.h"

namespace glovebox {

// Whether If-None-Match contains the tag, which is "…" with its quotes. Weak comparison: a proxy
// may have weakened the tag.
bool has_seen(const RequestHead& head, std::string_view etag);

// Converts `whole`, a 200 with a body or a file, to what the request asked for: 304 without a body,
// 206 with the part in Range, or unchanged; adds ETag and Accept-Ranges. kPreconditionFailed
// because of If-Match, kRangeNotSatisfiable if the range contains no byte of the content. Several
// ranges, other units and malformed ranges are ignored, as RFC 9110, 14.2 allows.
Result<HttpResponse> select(const RequestHead& head, std::string_view etag, HttpResponse whole);

}  // namespace glovebox
