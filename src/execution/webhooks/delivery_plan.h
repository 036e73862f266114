// What follows from an attempt to deliver a message. Plain functions of the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "outbound/outbound.h"
#include "store/webhook_store.h"

namespace glovebox {

inline constexpr std::int64_t kDeliveryAttempts = 10;

// From the attempt of that number (the first is 1) to the next one, without jitter; nothing after
// the last. All together they take 75 h 35 min 5 s.
std::optional<std::chrono::milliseconds> delivery_backoff(std::int64_t attempt);

// The value of Retry-After (RFC 9110), as a time from now on, at most a day; nothing where it is
// malformed or in the past.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, WallTime now);

// `jitter` is from 0 to 1: the time to the next attempt is 90 to 110 % of its backoff.
DeliveryAttempt judge_attempt(const Delivery& delivery, const Result<OutboundAnswer>& answer,
                              WallTime now, double jitter);

}  // namespace glovebox
