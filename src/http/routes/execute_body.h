// The body of POST /api/execute.
#pragma once

#include <string_view>

#include "execution/jobs.h"
#include "execution/webhooks.h"

namespace glovebox {

struct ExecuteBody {
  ExecuteRequest request;
  bool stream = false;  // respond at once, do not wait for the end
};

// kValidation names the field. The service checks the parameters against the tool. Without
// `webhooks` the request may not name any.
Result<ExecuteBody> parse_execute_body(std::string_view text, const Webhooks* webhooks = nullptr);

}  // namespace glovebox
