// An ExecuteRequest in its stored form: JSON, read back by this version or a later one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "execution/jobs.h"

namespace glovebox {

// For a job with its own lifetime; does not contain the idempotency key.
std::string encode_request(const ExecuteRequest& request);
// kInternal if encode_request() did not create it.
Result<ExecuteRequest> decode_request(std::string_view text);

// Equal for requests with the same content, and for no others (SHA-256).
std::string request_fingerprint(const ExecuteRequest& request);

}  // namespace glovebox
