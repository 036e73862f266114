// ShareGate: requests that have the token of a share instead of being the owner's.
//
// The token is in a header field of its own, so that it is in no URL: not in the log, not in a
// Referer, not in a proxy's log. The page takes it from the fragment of its address, which browsers
// do not send. Threads: the loop's.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "execution/shares.h"
#include "http/policy/wrong_keys.h"
#include "http/wire/request_head.h"

namespace glovebox {

class ShareGate {
 public:
  static constexpr std::string_view kField = "X-Glovebox-Share";

  // It must outlive the gate. Without it no token is known.
  void set_shares(Shares* shares) { shares_ = shares; }

  static bool is_asked(const RequestHead& head) { return head.find(kField) != nullptr; }
  // The share whose token the request has. kAuthentication if there is none; kRateLimit for an
  // address that tries too many, as for keys.
  Result<Share> admit(const RequestHead& head, const ClientId& address);
  // Whether the request may read `id` of the share's owner. kNotFound, as if it did not exist.
  Awaitable<Result<void>> check_covers(Share share, std::string id);
  bool still_admits(const std::string& token_hash) const {
    return shares_->still_works(token_hash);
  }

 private:
  Shares* shares_ = nullptr;
  WrongKeys wrong_;
  SystemClock clock_;
};

}  // namespace glovebox
