#include "sign_in/sign_in.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "base/random.h"
#include "sign_in/web_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestPath = 1024;
constexpr std::size_t kLongestCookie = 4096;
constexpr std::size_t kLongestCode = 4096;

Error failed_sign_in(std::string_view reason, std::string_view why) {
  return Error(ErrorKind::kAuthentication,
               fmt::format("The sign-in failed: {}. Sign in again.", why))
      .with("reason", reason);
}

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (unsigned char byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string hex_decoded(std::string_view hex) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

}  // namespace

bool is_local_path(std::string_view text) {
  auto plain = [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; };
  return text.starts_with('/') && !text.starts_with("//") && text.size() <= kLongestPath &&
         std::all_of(text.begin(), text.end(), plain);
}

SignIn::SignIn(Outbound& outbound, ClientRegistration client, std::chrono::milliseconds session_ttl,
               const Clock& clock)
    : provider_(outbound, std::move(client), clock),
      session_ttl_(session_ttl),
      clock_(clock),
      mac_key_(sha256_bytes(random_id("") + random_id(""))),
      sessions_(session_ttl) {}

// "HEX.MAC": the JSON in hex, which a cookie may hold as it is.
std::string SignIn::seal(const Pending& pending) const {
  json::object object;
  object["state"] = pending.state;
  object["nonce"] = pending.nonce;
  object["verifier"] = pending.verifier;
  object["return"] = pending.return_to;
  auto ends = std::chrono::floor<std::chrono::seconds>(clock_.wall_now() + kPatience);
  object["ends"] = ends.time_since_epoch().count();
  std::string text = hex_of(json::serialize(object));
  return text + "." + hex_of(hmac_sha256(mac_key_, text));
}

Result<SignIn::Pending> SignIn::open(std::string_view cookie) const {
  if (cookie.empty() || cookie.size() > kLongestCookie) {
    return failed_sign_in("no-sign-in", "this browser did not begin one, or refuses cookies");
  }
  std::size_t dot = std::min(cookie.find('.'), cookie.size() - 1);
  std::string_view text = cookie.substr(0, dot);
  std::string mac = hex_of(hmac_sha256(mac_key_, text));
  if (!equal_secrets(mac, cookie.substr(dot + 1))) {
    return failed_sign_in("no-sign-in", "it began before the server was restarted");
  }
  boost::system::error_code failure;
  json::value value = json::parse(hex_decoded(text), failure);
  const json::object* object = failure ? nullptr : value.if_object();
  if (object == nullptr) return failed_sign_in("no-sign-in", "its cookie is damaged");
  std::chrono::seconds ends(object->at("ends").to_number<std::int64_t>());
  if (clock_.wall_now().time_since_epoch() >= ends) {
    return failed_sign_in("too-late", fmt::format("it took longer than {} s", kPatience.count()));
  }
  auto string = [&](const char* name) { return std::string(object->at(name).as_string()); };
  return Pending{string("state"), string("nonce"), string("verifier"), string("return")};
}

Awaitable<Result<SignIn::Begun>> SignIn::begin(std::string redirect_uri, std::string return_to) {
  GB_CO_TRY(ProviderMetadata metadata, co_await provider_.metadata());
  Pending pending;
  pending.state = random_id("");
  pending.nonce = random_id("");
  pending.verifier = random_id("") + random_id("");  // 43 to 128 characters
  pending.return_to = is_local_path(return_to) ? std::move(return_to) : "/";
  std::string challenge = base64url(sha256_bytes(pending.verifier));
  std::vector<std::pair<std::string_view, std::string_view>> query{
      {"response_type", "code"},      {"client_id", provider_.client().client_id},
      {"redirect_uri", redirect_uri}, {"scope", "openid profile email"},
      {"state", pending.state},       {"nonce", pending.nonce},
      {"code_challenge", challenge},  {"code_challenge_method", "S256"},
  };
  Begun begun;
  const std::string& endpoint = metadata.authorization_endpoint;
  char separator = endpoint.find('?') == std::string::npos ? '?' : '&';
  begun.location = endpoint + separator + form_encoded(query);
  begun.cookie = seal(pending);
  co_return begun;
}

Awaitable<Result<SignIn::Done>> SignIn::finish(Callback callback) {
  GB_CO_TRY(Pending pending, open(callback.cookie));
  if (!equal_secrets(pending.state, callback.state)) {
    co_return failed_sign_in("wrong-state", "the response belongs to another sign-in");
  }
  const std::string& issuer = provider_.client().issuer;
  if (!callback.issuer.empty() && callback.issuer != issuer) {
    co_return failed_sign_in("wrong-issuer", "the response is from another provider");
  }
  if (callback.code.empty() || callback.code.size() > kLongestCode) {
    co_return failed_sign_in("refused", "the provider did not sign you in");
  }
  auto redeeming = provider_.redeem(std::move(callback.code), std::move(pending.verifier),
                                    std::move(callback.redirect_uri));
  GB_CO_TRY(std::string token, co_await std::move(redeeming));
  GB_CO_TRY(json::object claims, co_await provider_.verify(std::move(token)));
  IdTokenRules rules;
  rules.issuer = issuer;
  rules.client_id = provider_.client().client_id;
  rules.nonce = pending.nonce;
  rules.now = clock_.wall_now();
  GB_CO_TRY(Person person, check_claims(claims, rules));
  Done done;
  done.person = person;
  done.return_to = std::move(pending.return_to);
  done.session = sessions_.begin(std::move(person), clock_.steady_now());
  co_return done;
}

const Person* SignIn::find(std::string_view session) const {
  return sessions_.find(session, clock_.steady_now());
}

}  // namespace glovebox
