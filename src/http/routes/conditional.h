// Conditional requests and byte ranges (RFC 9110, 13 and 14) on an answer that is complete and
// whose content never changes under one entity tag.
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/wire/request_head.h"
#include "http/wire/response.h"

namespace glovebox {

// Whether If-None-Match holds the tag, which is "…" with its quotes. Weak comparison: a proxy on
// the way may have weakened it.
bool has_seen(const RequestHead& head, std::string_view etag);

// Makes of `whole`, a 200 with a body or a file, what the request asked for: 304 without a body,
// 206 with the part in Range, or itself; adds ETag and Accept-Ranges. kPreconditionFailed by
// If-Match, kRangeNotSatisfiable where nothing of the content lies in the range. Several ranges,
// other units and malformed ranges are ignored, as RFC 9110, 14.2 allows.
Result<HttpResponse> select(const RequestHead& head, std::string_view etag, HttpResponse whole);

}  // namespace glovebox
