#include "execution/webhooks/delivery_plan.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace glovebox {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// As the specification of Standard Webhooks recommends.
constexpr milliseconds kBackoff[kDeliveryAttempts - 1] = {
    seconds(5), minutes(5), minutes(30), hours(2),  hours(5),
    hours(10),  hours(14),  hours(20),   hours(24),
};
constexpr milliseconds kLongestRetryAfter = hours(24);
// Until the sender is there again, or has room.
constexpr milliseconds kSoon = seconds(5);
constexpr int kGone = 410;

bool is_success(int status) {
  return status >= 200 && status <= 299;
}

// Neither says anything about the receiver.
bool is_our_fault(const Error& error) {
  return error.kind() == ErrorKind::kInternal || error.kind() == ErrorKind::kQueueFull;
}

}  // namespace

std::optional<milliseconds> delivery_backoff(std::int64_t attempt) {
  if (attempt < 1 || attempt >= kDeliveryAttempts) return std::nullopt;
  return kBackoff[attempt - 1];
}

std::optional<milliseconds> parse_retry_after(std::string_view value, WallTime now) {
  std::int64_t number = 0;
  auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failure == std::errc() && end == value.data() + value.size() && number >= 0) {
    return std::min<milliseconds>(seconds(std::min<std::int64_t>(number, 1'000'000)),
                                  kLongestRetryAfter);
  }
  tm date{};
  std::string text(value);
  const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  WallTime at{seconds(::timegm(&date))};
  if (at <= now) return std::nullopt;
  return std::min<milliseconds>(at - now, kLongestRetryAfter);
}

DeliveryAttempt judge_attempt(const Delivery& delivery, const Result<OutboundAnswer>& answer,
                              WallTime now, double jitter) {
  DeliveryAttempt attempt;
  attempt.id = delivery.id;
  attempt.at = now;
  if (answer.has_error()) {
    attempt.error = answer.error().message();
    attempt.counts = !is_our_fault(answer.error());
  } else {
    attempt.http_status = answer->status;
    if (is_success(answer->status)) {
      attempt.status = DeliveryStatus::kDelivered;
      return attempt;
    }
    attempt.error = fmt::format("the receiver answered with status {}", answer->status);
  }
  if (!attempt.counts) {
    attempt.next_at = now + kSoon;
    return attempt;
  }
  if (answer.has_value() && answer->status == kGone) {
    attempt.status = DeliveryStatus::kFailed;
    attempt.disable_webhook = "the receiver answered 410 Gone";
    return attempt;
  }
  std::optional<milliseconds> wait = delivery_backoff(delivery.attempts + 1);
  if (!wait || delivery.event == WebhookEvent::kTest) {
    attempt.status = DeliveryStatus::kFailed;
    return attempt;
  }
  auto jittered = milliseconds(
      static_cast<std::int64_t>(static_cast<double>(wait->count()) * (0.9 + 0.2 * jitter)));
  if (answer.has_value()) {
    auto asked = parse_retry_after(answer->header("retry-after"), now);
    if (asked) jittered = std::max(jittered, *asked);
  }
  attempt.next_at = now + jittered;
  return attempt;
}

}  // namespace glovebox
