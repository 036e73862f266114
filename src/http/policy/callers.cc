#include "http/policy/callers.h"

#include <utility>

namespace glovebox {

Result<KeyGate::Holder> Callers::identify(const RequestHead& head, const ClientId& address,
                                          PeerTrust trust) {
  bool has_key = gate_.asks() && KeyGate::has_key(head);
  if (!has_key && users_.asks() && trust == PeerTrust::kTrustedProxy) {
    GB_TRY(std::optional<ClientId> user, users_.user(head));
    if (user) return KeyGate::Holder{std::move(*user), std::string()};
  }
  if (gate_.asks()) return gate_.admit(head, address);
  return Error(ErrorKind::kAuthentication,
               "This server learns from the proxy in front of it who you are, and the proxy named "
               "nobody. Use the server's public address and sign in there.")
      .with("reason", "missing");
}

}  // namespace glovebox
