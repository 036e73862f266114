// An ExecuteRequest as it outlives the process: JSON, read back by this version or a later one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "execution/jobs.h"

namespace glovebox {

// Of a job whose lifetime is its own; the idempotency key is no part of it.
std::string encode_request(const ExecuteRequest& request);
// kInternal where it is not what encode_request() made.
Result<ExecuteRequest> decode_request(std::string_view text);

// The same for requests of the same content, and for no others (SHA-256).
std::string request_fingerprint(const ExecuteRequest& request);

}  // namespace glovebox
