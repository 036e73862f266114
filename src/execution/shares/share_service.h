// ShareService: Shares, in the store and in memory. Requests with a link are answered from memory,
// so that a revoked one is refused at once, also on open streams. Threads: the event loop.
#pragma once

#include <unordered_map>

#include "base/clock.h"
#include "execution/checkups.h"
#include "execution/jobs.h"
#include "execution/shares.h"
#include "store/share_store.h"

namespace glovebox {

class ShareService final : public Shares {
 public:
  struct Deps {
    ShareStore& store;
    Jobs& jobs;
    Checkups& checkups;
    const Clock& clock;
  };
  explicit ShareService(const Deps& deps) : deps_(deps) {}

  Awaitable<Result<NewShare>> create(ClientId caller, std::string subject,
                                     std::chrono::milliseconds lifetime) override;
  std::vector<Share> list(const ClientId& caller) const override;
  Awaitable<Result<std::vector<Share>>> list_of(ClientId caller, std::string subject) override;
  Awaitable<Result<void>> revoke(ClientId caller, ShareId id) override;
  const Share* find(std::string_view token) const override;
  bool still_works(const std::string& token_hash) const override;
  Awaitable<Result<bool>> covers(Share share, std::string id) override;

  // Reads the links of earlier processes. Until it has succeeded none of them works.
  Awaitable<void> load();
  // Forgets the links that have expired, and loads if that failed before. Call now and then.
  Awaitable<void> sweep();

 private:
  Awaitable<Result<void>> check_owner(ClientId caller, std::string subject);
  Result<void> check_room(const ClientId& caller) const;

  Deps deps_;
  std::unordered_map<std::string, Share> by_hash_;
  bool loaded_ = false;
};

}  // namespace glovebox
