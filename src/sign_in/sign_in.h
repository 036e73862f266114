// SignIn: people sign in with OpenID Connect: the authorization code flow with PKCE (RFC 7636),
// state and nonce.
//
// What a sign-in under way needs later is in a cookie of the browser that began it, with a MAC of
// this process, so that nobody can fill or empty a table of sign-ins, and a response that was meant
// for another browser is refused. Threads: the event loop.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"
#include "sign_in/provider.h"
#include "sign_in/sessions.h"

namespace glovebox {

class SignIn {
 public:
  // How long a person may take at the provider.
  static constexpr std::chrono::seconds kPatience{600};

  // All must outlive it.
  SignIn(Outbound& outbound, ClientRegistration client, std::chrono::milliseconds session_ttl,
         const Clock& clock);

  struct Begun {
    std::string location;  // of the provider, for a redirect
    std::string cookie;    // [A-Za-z0-9._-]; for finish()
  };
  // `redirect_uri`: of the callback. `return_to`: a path of ours, where the person wanted to be;
  // anything else becomes "/".
  Awaitable<Result<Begun>> begin(std::string redirect_uri, std::string return_to);

  // What the provider's redirect had, and the browser's cookie.
  struct Callback {
    std::string state;
    std::string code;
    std::string issuer;  // RFC 9207; empty: not sent
    std::string cookie;
    std::string redirect_uri;
  };
  struct Done {
    std::string session;  // the word for the cookie
    Person person;
    std::string return_to;
  };
  // kAuthentication where anything is not as begin() had it, or the provider's token is not right.
  Awaitable<Result<Done>> finish(Callback callback);

  // Who has that session, or null.
  const Person* find(std::string_view session) const;
  void end(std::string_view session) { sessions_.end(session); }
  std::chrono::milliseconds session_ttl() const { return session_ttl_; }
  static ClientId client_of(const Person& person) { return ClientId("oidc:" + person.subject); }

 private:
  struct Pending {
    std::string state;
    std::string nonce;
    std::string verifier;
    std::string return_to;
  };
  std::string seal(const Pending& pending) const;
  Result<Pending> open(std::string_view cookie) const;

  Provider provider_;
  std::chrono::milliseconds session_ttl_;
  const Clock& clock_;
  std::string mac_key_;
  Sessions sessions_;
};

// "/runs/job_1?x=1": a path of this server that a browser cannot take for another server's.
bool is_local_path(std::string_view text);

}  // namespace glovebox
