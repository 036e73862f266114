// ID tokens of OpenID Connect: whether a provider signed them, for this server, for this sign-in,
// and who they are about. See OpenID Connect Core 1.0, 3.1.3.7. Threads: any.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct _cjose_jwk_int;

namespace glovebox {

// The public keys of a provider (JWKS, RFC 7517).
class ProviderKeys {
 public:
  static constexpr std::size_t kMostKeys = 64;

  // Keys that are no RSA or P-256 signature keys are left out. kValidation where it is no JWKS or
  // has more keys.
  static Result<ProviderKeys> parse(std::string_view jwks);

  // The claims of a token in compact form. Only RS256 and ES256, each only with a key of its kind,
  // so that the token cannot choose how it is checked. kNotFound where no key has its "kid": the
  // provider may have new keys. kAuthentication otherwise.
  Result<boost::json::object> verify(std::string_view token) const;
  bool empty() const { return keys_.empty(); }

 private:
  struct Release {
    void operator()(_cjose_jwk_int* key) const;
  };
  struct Key {
    std::string id;         // empty: none
    std::string algorithm;  // "RS256" or "ES256"
    std::shared_ptr<_cjose_jwk_int> key;
  };
  Result<const Key*> key_for(std::string_view algorithm, std::string_view id) const;

  std::vector<Key> keys_;
};

// Who signed in.
struct Person {
  std::string subject;  // "sub": at most 255 printable ASCII characters without spaces
  std::string name;     // for display: preferred_username, email, name, or the subject
};

struct IdTokenRules {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  WallTime now;
};

inline constexpr std::size_t kMaxIdTokenBytes = 16 << 10;
// Clocks of two machines differ.
inline constexpr std::chrono::seconds kClockSkew{60};

// kAuthentication says which rule a claim breaks.
Result<Person> check_claims(const boost::json::object& claims, const IdTokenRules& rules);

}  // namespace glovebox
