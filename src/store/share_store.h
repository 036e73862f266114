// ShareStore: the links to jobs and check-ups that their owners have made.
//
// Threads and errors: as for JobStore.
#pragma once

#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/share.h"

namespace glovebox {

class ShareStore {
 public:
  virtual ~ShareStore() = default;

  // On disk before it returns, because somebody relies on the link.
  virtual Awaitable<Result<void>> add_share(Share share) = 0;
  // On disk before it returns: a revoked link must not work again after a power failure.
  virtual Awaitable<Result<void>> remove_share(ShareId id) = 0;
  // Oldest first.
  virtual Awaitable<Result<std::vector<Share>>> all_shares() = 0;
  virtual Awaitable<Result<void>> remove_shares_expired_by(WallTime now) = 0;
};

}  // namespace glovebox
