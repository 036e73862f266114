// KeyGate: whose request it is, where the server asks for API keys.
//
// Threads: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/api_keys.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/policy/wrong_keys.h"
#include "http/wire/request_head.h"
#include "http/wire/response.h"

namespace glovebox {

class KeyGate {
 public:
  // Null: no key is required. Must outlive the gate.
  explicit KeyGate(const ApiKeys* keys) : keys_(keys) {}

  bool asks() const { return keys_ != nullptr; }

  struct Holder {
    ClientId client;  // "key:NAME"
    std::string key_hash;
  };
  // Who holds the key in "Authorization: Bearer KEY" or "X-API-Key: KEY". kAuthentication where
  // there is none or not one, where it is wrong or expired; kRateLimit where too many wrong ones
  // came from that address. A right one is accepted all the same: a client that shares an address
  // with a guesser must not pay for it. Only where asks().
  Result<Holder> admit(const RequestHead& head, const ClientId& address);

  // Whether the request has a field for keys, with any value.
  static bool has_key(const RequestHead& head);

  // Whether that key would still be accepted.
  bool still_admits(const std::string& key_hash) const;

 private:
  const ApiKeys* keys_;
  WrongKeys wrong_;
  SystemClock clock_;
};

// A stream that ends when the key or session of its request is no longer accepted; seen when
// the stream has something to tell, if only that it is still there.
std::unique_ptr<BodyStream> until_refused(std::unique_ptr<BodyStream> stream,
                                          std::function<bool()> still_admits);

}  // namespace glovebox
