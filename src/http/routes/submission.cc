#include "http/routes/submission.h"

#include <algorithm>

namespace glovebox {

// Pages of other sites can send the simple types without a preflight, so only JSON is accepted.
Result<void> check_json_type(const RequestHead& head) {
  const std::string* type = head.find("Content-Type");
  if (type != nullptr && media_type(*type) == "application/json") return ok();
  return Error(ErrorKind::kUnsupportedMedia,
               "Send this request with Content-Type: application/json.")
      .with("field", "Content-Type");
}

// draft-ietf-httpapi-ratelimit-headers: structured fields, one policy named "hourly".
void add_rate_limit(HttpResponse& response, const RateLimitState& state) {
  if (state.limit <= 0) return;
  auto number = [](std::int64_t value) { return std::to_string(std::max<std::int64_t>(0, value)); };
  response.fields.push_back({"RateLimit-Policy", "\"hourly\";q=" + number(state.limit) +
                                                     ";w=" + number(state.window.count())});
  response.fields.push_back({"RateLimit", "\"hourly\";r=" + number(state.remaining) +
                                              ";t=" + number(state.reset.count())});
}

// A quoted string according to draft-ietf-httpapi-idempotency-key-header; bare values are also
// common.
Result<std::string> idempotency_key(const RequestHead& head) {
  constexpr std::size_t kLongest = 255;
  if (head.find("Idempotency-Key") == nullptr) return std::string();
  std::string key = head.joined("Idempotency-Key");
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"')
    key = key.substr(1, key.size() - 2);
  bool plain = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!key.empty() && key.size() <= kLongest && plain) return key;
  return validation_error(
             "Idempotency-Key takes 1 to 255 visible ASCII characters without spaces, such as a "
             "UUID.")
      .with("field", "Idempotency-Key");
}

Result<std::string> webhook_url(JsonFields& fields, const Webhooks* webhooks) {
  bool given = fields.has("webhook");
  GB_TRY(boost::json::object object, fields.optional_object("webhook"));
  if (!given) return std::string();
  JsonFields of_webhook(std::move(object));
  Result<std::string> url = of_webhook.required_string("url");
  if (url.has_error()) return std::move(url).error().with("field", "webhook.url");
  GB_TRY_VOID(of_webhook.refuse_unknown());
  if (webhooks == nullptr) {
    return validation_error("this server sends no webhooks").with("field", "webhook");
  }
  GB_TRY_VOID(webhooks->check_request_url(*url));
  return url;
}

}  // namespace glovebox
