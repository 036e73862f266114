// TraceContext: the header field traceparent of W3C Trace Context, by which a caller tells which
// distributed trace a request belongs to. See
// https://www.w3.org/TR/trace-context/#traceparent-header.
#pragma once

#include <optional>
#include <string>

#include "http/wire/request_head.h"

namespace glovebox {

struct TraceContext {
  std::string trace_id;  // 32 lower-case hexadecimal digits, not all 0
  std::string span_id;   // ours, 16 such digits; the caller's is logged by the caller
  bool sampled = false;

  // "00-TRACE-SPAN-FLAGS": for the response, so that the caller can find this request in our log.
  std::string field() const;
};

// Empty where the request has no valid traceparent: the rules say to go on as if there were none.
// Several fields of that name are invalid. A version above 00 is read as 00.
std::optional<TraceContext> trace_of(const RequestHead& head);

}  // namespace glovebox
