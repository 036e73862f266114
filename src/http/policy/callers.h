// Callers: whose request it is, by the ways that the operator has turned on: API keys for programs,
// and the user that a trusted proxy names for people.
//
// Threads: the loop's.
#pragma once

#include <string>

#include "base/result.h"
#include "http/policy/key_gate.h"
#include "http/policy/proxy_users.h"
#include "http/wire/request_head.h"

namespace glovebox {

// Whether the peer of the connection, not an address that it tells, is a trusted proxy.
enum class PeerTrust : std::uint8_t { kStranger, kTrustedProxy };

class Callers {
 public:
  explicit Callers(const ApiKeys* keys) : gate_(keys) {}
  void set_proxy_users(ProxyUsers users) { users_ = std::move(users); }

  // Whether a request must say whose it is. Otherwise a client is its address.
  bool asks() const { return gate_.asks() || users_.asks(); }

  // A key counts before a user: whoever sends one means it. Errors as KeyGate and ProxyUsers have
  // them; kAuthentication with the reason "missing" where the request has neither. Only where
  // asks().
  Result<KeyGate::Holder> identify(const RequestHead& head, const ClientId& address,
                                   PeerTrust trust);

  const KeyGate& gate() const { return gate_; }

 private:
  KeyGate gate_;
  ProxyUsers users_;
};

}  // namespace glovebox
