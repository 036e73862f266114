// Provider: an OpenID provider as the server talks to it: its configuration, its keys, and a code
// for tokens. All of it goes through the sender (outbound/outbound.h). Threads: the event loop.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "outbound/outbound.h"
#include "sign_in/id_token.h"

namespace glovebox {

// The metadata of OpenID Connect Discovery 1.0 that is used.
struct ProviderMetadata {
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  bool secret_in_body = false;  // the token endpoint takes a secret only as client_secret_post
};

// kValidation where it is no metadata of `issuer`. Endpoints must be https, unless the issuer
// itself is not.
Result<ProviderMetadata> parse_metadata(std::string_view json, const std::string& issuer);

struct ClientRegistration {
  std::string issuer;  // without a '/' at its end, unless the provider's own name has one
  std::string client_id;
  std::string secret;  // empty: a public client, which has PKCE alone
};

class Provider {
 public:
  // Metadata and keys are requested again after this time.
  static constexpr std::chrono::hours kFresh{1};
  // A token with an unknown key causes a new request for the keys, at most this often.
  static constexpr std::chrono::seconds kKeysAgain{30};

  // All must outlive it.
  Provider(Outbound& outbound, ClientRegistration client, const Clock& clock);

  const ClientRegistration& client() const { return client_; }
  // kQueueFull where the provider does not answer; the log has the cause.
  Awaitable<Result<ProviderMetadata>> metadata();
  // The ID token for a code. kAuthentication where the provider refuses the code.
  Awaitable<Result<std::string>> redeem(std::string code, std::string verifier,
                                        std::string redirect_uri);
  // Its claims, if the provider signed it.
  Awaitable<Result<boost::json::object>> verify(std::string token);

 private:
  Awaitable<Result<std::string>> get(std::string url);
  Awaitable<Result<void>> load_keys();

  Outbound& outbound_;
  ClientRegistration client_;
  const Clock& clock_;
  std::optional<ProviderMetadata> metadata_;
  SteadyTime metadata_at_;
  std::shared_ptr<const ProviderKeys> keys_;
  SteadyTime keys_at_;
};

}  // namespace glovebox
