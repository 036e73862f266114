#include "http/policy/share_gate.h"

#include <utility>

namespace glovebox {

Result<Share> ShareGate::admit(const RequestHead& head, const ClientId& address) {
  const Share* share = shares_ ? shares_->find(trim(head.joined(kField))) : nullptr;
  if (share != nullptr) return *share;
  GB_TRY_VOID(wrong_.count(address, clock_.steady_now()));
  return Error(ErrorKind::kAuthentication,
               "This link does not work: it is incomplete, has expired or was revoked. Ask for a "
               "new one where you got it.")
      .with("reason", "share");
}

Awaitable<Result<void>> ShareGate::check_covers(Share share, std::string id) {
  std::string text = id;
  GB_CO_TRY(bool covered, co_await shares_->covers(std::move(share), std::move(id)));
  if (covered) co_return ok();
  co_return not_found("This link shares one run or one check-up, and \"" + text.substr(0, 64) +
                      "\" is not in it.");
}

}  // namespace glovebox
