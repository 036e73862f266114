#include "http/policy/key_gate.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

namespace glovebox {
namespace {

constexpr std::string_view kScheme = "Bearer";

// `reason` is for programs; response.cc creates the challenge from it.
Error refused(std::string_view reason, std::string message) {
  return Error(ErrorKind::kAuthentication, std::move(message)).with("reason", reason);
}

// Ignores fields of other schemes, which may be for a proxy in front of the server.
std::vector<std::string_view> keys_in(const RequestHead& head) {
  std::vector<std::string_view> keys;
  for (const HeaderField& field : head.fields) {
    std::string_view value = trim(field.value);
    if (equal_ignoring_case(field.name, "X-API-Key")) {
      keys.push_back(value);
    } else if (equal_ignoring_case(field.name, "Authorization") &&
               equal_ignoring_case(value.substr(0, value.find(' ')), kScheme)) {
      keys.push_back(trim(value.substr(kScheme.size())));
    }
  }
  return keys;
}

class KeyedStream final : public BodyStream {
 public:
  KeyedStream(std::unique_ptr<BodyStream> stream, std::function<bool()> still_admits)
      : stream_(std::move(stream)), still_admits_(std::move(still_admits)) {}

  Awaitable<std::optional<std::string>> next() override {
    std::optional<std::string> piece = co_await stream_->next();
    key_gone_ = !still_admits_();
    if (key_gone_) co_return std::nullopt;
    co_return piece;
  }
  void stop() override { stream_->stop(); }
  // An incomplete zip must not look like a complete one.
  bool failed() const override {
    return (key_gone_ && !stream_->may_end_early()) || stream_->failed();
  }

 private:
  std::unique_ptr<BodyStream> stream_;
  std::function<bool()> still_admits_;
  bool key_gone_ = false;
};

}  // namespace

Result<KeyGate::Holder> KeyGate::admit(const RequestHead& head, const ClientId& address) {
  std::vector<std::string_view> sent = keys_in(head);
  if (sent.empty()) {
    return refused("missing",
                   "This server requires an API key. Send it as \"Authorization: Bearer KEY\". The "
                   "server's operator creates keys with 'glovebox key create NAME'.");
  }
  if (sent.size() > 1) {
    return refused("several", fmt::format("The request has {} API keys. Send one, as "
                                          "\"Authorization: Bearer KEY\".",
                                          sent.size()));
  }
  std::string hash = is_api_key(sent.front()) ? hash_of_key(sent.front()) : std::string();
  const ApiKey* key = keys_->find_hash(hash);
  if (key == nullptr) {
    GB_TRY_VOID(wrong_.count(address, clock_.steady_now()));
    return refused("wrong",
                   "This server does not know that API key; it may have been removed. The server's "
                   "operator creates keys with 'glovebox key create NAME'.");
  }
  if (key->has_expired(clock_.wall_now())) {
    return refused("expired", fmt::format("The API key \"{}\" expired at {}. Ask the server's "
                                          "operator for a new one.",
                                          key->name, format_rfc3339(*key->expires_at)));
  }
  return Holder{key->client(), std::move(hash)};
}

bool KeyGate::has_key(const RequestHead& head) {
  return !keys_in(head).empty();
}

bool KeyGate::still_admits(const std::string& key_hash) const {
  const ApiKey* key = keys_->find_hash(key_hash);
  return key != nullptr && !key->has_expired(clock_.wall_now());
}

std::unique_ptr<BodyStream> until_refused(std::unique_ptr<BodyStream> stream,
                                          std::function<bool()> still_admits) {
  return std::make_unique<KeyedStream>(std::move(stream), std::move(still_admits));
}

}  // namespace glovebox
