// Callers: whose request it is, by the ways that the operator has turned on: API keys for programs;
// for people, the user that a trusted proxy names, and sessions of OpenID Connect.
//
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "http/policy/key_gate.h"
#include "http/policy/proxy_users.h"
#include "http/wire/request_head.h"

namespace glovebox {

class SignIn;

// Whether the peer of the connection, not an address that it tells, is a trusted proxy.
enum class PeerTrust : std::uint8_t { kStranger, kTrustedProxy };

class Callers {
 public:
  explicit Callers(const ApiKeys* keys) : gate_(keys) {}
  void set_proxy_users(ProxyUsers users) { users_ = std::move(users); }
  // `cookie`: the name of the session's. `sign_in` must outlive it.
  void set_sign_in(const SignIn* sign_in, std::string cookie) {
    sign_in_ = sign_in;
    cookie_ = std::move(cookie);
  }

  // Whether a request must say whose it is. Otherwise a client is its address.
  bool asks() const { return gate_.asks() || users_.asks() || sign_in_ != nullptr; }

  struct Caller {
    ClientId client;         // "key:NAME", "user:NAME" or "oidc:SUBJECT"
    std::string credential;  // for still_admits(); empty: it stays as it is
  };
  // A key counts before a user and a user before a session: a client that sends one means it.
  // Errors as KeyGate and ProxyUsers have them; kAuthentication with the reason "missing" where the
  // request has none of them; kForbidden where a page of another site may have sent a session's
  // cookie. Only where asks().
  Result<Caller> identify(const RequestHead& head, const ClientId& address, PeerTrust trust);

  // Whether a request with that credential would still be let in.
  bool still_admits(const std::string& credential) const;

 private:
  Result<std::optional<Caller>> by_session(const RequestHead& head) const;

  KeyGate gate_;
  ProxyUsers users_;
  const SignIn* sign_in_ = nullptr;
  std::string cookie_;
};

}  // namespace glovebox
