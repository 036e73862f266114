#include "http/policy/callers.h"

#include <optional>
#include <string_view>
#include <utility>

#include "http/wire/cookies.h"
#include "sign_in/sign_in.h"

namespace glovebox {
namespace {

constexpr std::string_view kSessionWord = "ses_";

// A cookie comes with every request to this server, no matter which page made the browser send it.
// SameSite=Lax keeps it from most requests of other sites; this keeps those out that change
// something. An Origin that is there has been checked.
Result<void> check_own_page(const RequestHead& head) {
  if (head.method == "GET" || head.method == "HEAD" || head.method == "OPTIONS") return ok();
  const std::string* site = head.find("Sec-Fetch-Site");
  if (head.find("Origin") != nullptr || (site != nullptr && *site == "same-origin")) return ok();
  return Error(ErrorKind::kForbidden,
               "A request of a signed-in browser that changes something must have an Origin. "
               "Programs use an API key.")
      .with("field", "Origin");
}

Error nobody(bool has_sign_in) {
  return Error(ErrorKind::kAuthentication,
               has_sign_in
                   ? "You are not signed in. Sign in at /auth/sign-in."
                   : "This server learns from the proxy in front of it who you are, and the "
                     "proxy named nobody. Use the server's public address and sign in there.")
      .with("reason", "missing");
}

}  // namespace

Result<Callers::Caller> Callers::identify(const RequestHead& head, const ClientId& address,
                                          PeerTrust trust) {
  if (!gate_.asks() || !KeyGate::has_key(head)) {
    if (users_.asks() && trust == PeerTrust::kTrustedProxy) {
      GB_TRY(std::optional<ClientId> user, users_.user(head));
      if (user) return Caller{std::move(*user), std::string()};
    }
    GB_TRY(std::optional<Caller> person, by_session(head));
    if (person) return std::move(*person);
    if (!gate_.asks()) return nobody(sign_in_ != nullptr);
  }
  GB_TRY(KeyGate::Holder holder, gate_.admit(head, address));
  return Caller{std::move(holder.client), std::move(holder.key_hash)};
}

Result<std::optional<Callers::Caller>> Callers::by_session(const RequestHead& head) const {
  if (sign_in_ == nullptr) return std::optional<Caller>();
  std::string word = cookie_in(head, cookie_);
  const Person* person = word.empty() ? nullptr : sign_in_->find(word);
  if (person == nullptr) return std::optional<Caller>();
  GB_TRY_VOID(check_own_page(head));
  return std::optional(Caller{SignIn::client_of(*person), std::move(word)});
}

bool Callers::still_admits(const std::string& credential) const {
  if (credential.starts_with(kSessionWord)) return sign_in_->find(credential) != nullptr;
  return gate_.still_admits(credential);
}

}  // namespace glovebox
