// Common code of requests that submit jobs.
#pragma once

#include <string>

#include "base/result.h"
#include "execution/jobs.h"
#include "execution/webhooks.h"
#include "http/routes/json_body.h"
#include "http/wire/exchange.h"

namespace glovebox {

// kUnsupportedMedia unless the body is JSON.
Result<void> check_json_type(const RequestHead& head);
void add_rate_limit(HttpResponse& response, const RateLimitState& state);
// Empty: there is none. kValidation if it is not a valid key.
Result<std::string> idempotency_key(const RequestHead& head);

// The request's own webhook, {"url"}; empty: it has none. kValidation where this server does not
// accept it; null: it sends nothing.
Result<std::string> webhook_url(JsonFields& fields, const Webhooks* webhooks);

}  // namespace glovebox
