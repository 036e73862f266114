// What requests that submit jobs have in common.
#pragma once

#include <string>

#include "base/result.h"
#include "execution/jobs.h"
#include "http/wire/exchange.h"

namespace glovebox {

// kUnsupportedMedia unless the body is JSON.
Result<void> check_json_type(const RequestHead& head);
void add_rate_limit(HttpResponse& response, const RateLimitState& state);
// Empty: there is none. kValidation for one that is not a key.
Result<std::string> idempotency_key(const RequestHead& head);

}  // namespace glovebox
