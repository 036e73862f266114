#include "sign_in/provider.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "base/log.h"
#include "sign_in/web_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kProviderTime{10'000};
constexpr std::chrono::seconds kProviderRetry{10};

Error no_answer(std::string_view cause) {
  spdlog::error("the OpenID provider: {}", escape_for_log(cause));
  return Error(ErrorKind::kQueueFull,
               "The sign-in service does not answer as it should. Try again in a moment; the "
               "server's log has the cause.")
      .with_retry_after(kProviderRetry);
}

Result<std::string> endpoint(const json::object& object, const char* name, bool plain_allowed) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return validation_error(fmt::format("its metadata has no {}", name));
  }
  std::string url(value->get_string());
  bool scheme = url.starts_with("https://") || (plain_allowed && url.starts_with("http://"));
  if (!scheme || url.size() > kMaxOutboundUrl || url.find('#') != std::string::npos) {
    return validation_error(fmt::format("its {} is no https URL", name));
  }
  return url;
}

bool lists(const json::object& object, const char* name, std::string_view word) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return false;
  for (const json::value& each : value->get_array()) {
    if (each.is_string() && each.get_string() == json::string_view(word.data(), word.size())) {
      return true;
    }
  }
  return false;
}

Result<json::object> json_object(std::string_view text) {
  boost::system::error_code failure;
  json::value value = json::parse(json::string_view(text.data(), text.size()), failure);
  if (failure || !value.is_object()) return validation_error("its answer is no JSON object");
  return std::move(value.get_object());
}

}  // namespace

Result<ProviderMetadata> parse_metadata(std::string_view text, const std::string& issuer) {
  GB_TRY(json::object object, json_object(text));
  const json::value* told = object.if_contains("issuer");
  if (told == nullptr || !told->is_string() || told->get_string() != issuer) {
    return validation_error("its metadata names another issuer than oidc_issuer");
  }
  bool plain = issuer.starts_with("http://");
  ProviderMetadata metadata;
  GB_TRY(metadata.authorization_endpoint, endpoint(object, "authorization_endpoint", plain));
  GB_TRY(metadata.token_endpoint, endpoint(object, "token_endpoint", plain));
  GB_TRY(metadata.jwks_uri, endpoint(object, "jwks_uri", plain));
  constexpr const char* kMethods = "token_endpoint_auth_methods_supported";
  metadata.secret_in_body = !lists(object, kMethods, "client_secret_basic") &&
                            lists(object, kMethods, "client_secret_post");
  return metadata;
}

Provider::Provider(Outbound& outbound, ClientRegistration client, const Clock& clock)
    : outbound_(outbound), client_(std::move(client)), clock_(clock) {}

Awaitable<Result<std::string>> Provider::get(std::string url) {
  OutboundRequest request;
  request.method = OutboundRequest::Method::kGet;
  request.url = url;
  request.timeout = kProviderTime;
  request.most_answer_bytes = kMaxOutboundAnswer;
  Result<OutboundAnswer> answer = co_await outbound_.send(std::move(request));
  if (answer.has_error()) co_return no_answer(url + ": " + answer.error().message());
  if (answer->status != 200) {
    co_return no_answer(fmt::format("{}: status {}", url, answer->status));
  }
  if (answer->body_truncated) co_return no_answer(url + ": the answer is too long");
  co_return std::move(answer->body);
}

Awaitable<Result<ProviderMetadata>> Provider::metadata() {
  SteadyTime now = clock_.steady_now();
  if (metadata_ && now - metadata_at_ < kFresh) co_return *metadata_;
  std::string base = client_.issuer;
  if (base.ends_with('/')) base.pop_back();
  GB_CO_TRY(std::string text, co_await get(base + "/.well-known/openid-configuration"));
  Result<ProviderMetadata> parsed = parse_metadata(text, client_.issuer);
  if (parsed.has_error()) co_return no_answer(parsed.error().message());
  metadata_ = *parsed;
  metadata_at_ = now;
  co_return *parsed;
}

Awaitable<Result<std::string>> Provider::redeem(std::string code, std::string verifier,
                                                std::string redirect_uri) {
  GB_CO_TRY(ProviderMetadata metadata, co_await this->metadata());
  std::vector<std::pair<std::string_view, std::string_view>> form{
      {"grant_type", "authorization_code"}, {"code", code},
      {"redirect_uri", redirect_uri},       {"client_id", client_.client_id},
      {"code_verifier", verifier},
  };
  OutboundRequest request;
  request.url = metadata.token_endpoint;
  request.timeout = kProviderTime;
  request.most_answer_bytes = kMaxOutboundAnswer;
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  if (!client_.secret.empty() && metadata.secret_in_body) {
    form.emplace_back("client_secret", client_.secret);
  } else if (!client_.secret.empty()) {
    std::string both = form_value(client_.client_id) + ":" + form_value(client_.secret);
    request.headers.emplace_back("Authorization", "Basic " + base64(both));
  }
  request.body = form_encoded(form);
  Result<OutboundAnswer> answer = co_await outbound_.send(std::move(request));
  if (answer.has_error()) co_return no_answer("the token endpoint: " + answer.error().message());
  Result<json::object> told = json_object(answer->body);
  if (answer->status != 200) {
    std::string why = told && told->contains("error") && told->at("error").is_string()
                          ? std::string(told->at("error").get_string())
                          : "no reason";
    spdlog::warn("the OpenID provider refused a code: status {}, {}", answer->status,
                 escape_for_log(why));
    co_return Error(ErrorKind::kAuthentication,
                    "The sign-in failed: the provider refused it. Sign in again.")
        .with("reason", "refused-code");
  }
  const json::value* token = told ? told->if_contains("id_token") : nullptr;
  if (token == nullptr || !token->is_string()) co_return no_answer("no id_token in its answer");
  co_return std::string(token->get_string());
}

Awaitable<Result<void>> Provider::load_keys() {
  GB_CO_TRY(ProviderMetadata metadata, co_await this->metadata());
  GB_CO_TRY(std::string text, co_await get(metadata.jwks_uri));
  Result<ProviderKeys> parsed = ProviderKeys::parse(text);
  if (parsed.has_error()) co_return no_answer(parsed.error().message());
  keys_ = std::make_shared<const ProviderKeys>(std::move(*parsed));
  keys_at_ = clock_.steady_now();
  co_return ok();
}

Awaitable<Result<json::object>> Provider::verify(std::string token) {
  if (!keys_ || clock_.steady_now() - keys_at_ >= kFresh) GB_CO_TRY_VOID(co_await load_keys());
  Result<json::object> claims = keys_->verify(token);
  bool unknown = claims.has_error() && claims.error().kind() == ErrorKind::kNotFound;
  if (!unknown || clock_.steady_now() - keys_at_ < kKeysAgain) {
    if (!unknown) co_return claims;
    co_return Error(ErrorKind::kAuthentication,
                    "The sign-in failed: the provider's ID token is signed by an unknown key.")
        .with("reason", "bad-id-token");
  }
  GB_CO_TRY_VOID(co_await load_keys());
  claims = keys_->verify(token);
  if (claims.has_error() && claims.error().kind() == ErrorKind::kNotFound) {
    co_return Error(ErrorKind::kAuthentication,
                    "The sign-in failed: the provider's ID token is signed by an unknown key.")
        .with("reason", "bad-id-token");
  }
  co_return claims;
}

}  // namespace glovebox
