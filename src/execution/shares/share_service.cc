#include "execution/shares/share_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/async/uncancelled.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

bool of_checkup(std::string_view id) {
  return id.starts_with("chk_");
}

Result<void> check_lifetime(std::chrono::milliseconds lifetime) {
  if (lifetime >= kShortestShare && lifetime <= kLongestShare) return ok();
  return validation_error(fmt::format("\"expiresInMs\" must be between {} and {}.",
                                      kShortestShare.count(), kLongestShare.count()))
      .with("field", "expiresInMs")
      .with("observed", lifetime.count());
}

Error too_many_shares(std::string_view whose, std::size_t limit) {
  return Error(ErrorKind::kConflict,
               fmt::format("{} {} links, which is the limit; revoke one first", whose, limit))
      .with("configured", limit);
}

}  // namespace

Awaitable<Result<void>> ShareService::check_owner(ClientId caller, std::string subject) {
  if (of_checkup(subject)) {
    auto finding = deps_.checkups.find(std::move(caller), CheckupId(std::move(subject)));
    GB_CO_TRY([[maybe_unused]] Checkup found, co_await std::move(finding));
  } else {
    JobId id(std::move(subject));
    auto finding = deps_.jobs.find(std::move(caller), std::move(id), WithOutput::kNo);
    GB_CO_TRY([[maybe_unused]] ExecutionResult found, co_await std::move(finding));
  }
  co_return ok();
}

Result<void> ShareService::check_room(const ClientId& caller) const {
  if (by_hash_.size() >= kMostShares) return too_many_shares("this server has", kMostShares);
  if (list(caller).size() < kMostSharesOfClient) return ok();
  return too_many_shares("you have", kMostSharesOfClient);
}

Awaitable<Result<NewShare>> ShareService::create(ClientId caller, std::string subject,
                                                 std::chrono::milliseconds lifetime) {
  GB_CO_TRY_VOID(check_lifetime(lifetime));
  GB_CO_TRY_VOID(co_await check_owner(caller, subject));
  GB_CO_TRY_VOID(check_room(caller));
  NewShare made;
  made.token = new_share_token();
  made.share.id = new_share_id();
  made.share.owner = std::move(caller);
  made.share.subject = std::move(subject);
  made.share.token_hash = hash_of_share_token(made.token);
  made.share.created_at = deps_.clock.wall_now();
  made.share.expires_at = made.share.created_at + lifetime;
  // In memory first: requests that create links at the same time must not exceed the limit.
  by_hash_.emplace(made.share.token_hash, made.share);
  Result<void> added = co_await uncancelled(deps_.store.add_share(made.share));
  if (added.has_error()) {
    by_hash_.erase(made.share.token_hash);
    co_return public_error("could not store the link", added.error());
  }
  co_return made;
}

std::vector<Share> ShareService::list(const ClientId& caller) const {
  std::vector<Share> found;
  WallTime now = deps_.clock.wall_now();
  for (const auto& [hash, share] : by_hash_) {
    if (share.owner == caller && !share.has_expired(now)) found.push_back(share);
  }
  std::ranges::sort(found, [](const Share& a, const Share& b) {
    return std::pair(a.created_at, a.id.str()) < std::pair(b.created_at, b.id.str());
  });
  return found;
}

Awaitable<Result<std::vector<Share>>> ShareService::list_of(ClientId caller, std::string subject) {
  GB_CO_TRY_VOID(co_await check_owner(caller, subject));
  std::vector<Share> found = list(caller);
  std::erase_if(found, [&](const Share& share) { return share.subject != subject; });
  co_return found;
}

// It stops working at once; if the store refuses, it goes on working and the caller gets the error.
Awaitable<Result<void>> ShareService::revoke(ClientId caller, ShareId id) {
  auto found = std::ranges::find_if(by_hash_, [&](const auto& entry) {
    return entry.second.id == id && entry.second.owner == caller;
  });
  if (found == by_hash_.end()) co_return not_found(fmt::format("no link \"{}\"", id.str()));
  Share share = found->second;
  by_hash_.erase(found);
  Result<void> removed = co_await uncancelled(deps_.store.remove_share(std::move(id)));
  if (removed.has_error()) {
    by_hash_.emplace(share.token_hash, share);
    co_return public_error("could not revoke the link", removed.error());
  }
  co_return ok();
}

const Share* ShareService::find(std::string_view token) const {
  if (!is_share_token(token)) return nullptr;
  auto found = by_hash_.find(hash_of_share_token(token));
  if (found == by_hash_.end() || found->second.has_expired(deps_.clock.wall_now())) return nullptr;
  return &found->second;
}

bool ShareService::still_works(const std::string& token_hash) const {
  auto found = by_hash_.find(token_hash);
  return found != by_hash_.end() && !found->second.has_expired(deps_.clock.wall_now());
}

Awaitable<Result<bool>> ShareService::covers(Share share, std::string id) {
  if (share.subject == id) co_return true;
  if (!of_checkup(share.subject)) co_return false;
  auto finding = deps_.checkups.find(share.owner, CheckupId(share.subject));
  GB_CO_TRY(Checkup checkup, co_await std::move(finding));
  co_return std::ranges::any_of(checkup.jobs, [&](const Job& job) { return job.id.str() == id; });
}

Awaitable<void> ShareService::load() {
  Result<std::vector<Share>> stored = co_await deps_.store.all_shares();
  if (stored.has_error()) {
    spdlog::warn("the links to runs are not read yet: {}", stored.error().message());
    co_return;
  }
  for (Share& share : *stored) by_hash_.emplace(share.token_hash, share);
  loaded_ = true;
}

Awaitable<void> ShareService::sweep() {
  if (!loaded_) co_await load();
  WallTime now = deps_.clock.wall_now();
  std::size_t expired =
      std::erase_if(by_hash_, [&](const auto& entry) { return entry.second.has_expired(now); });
  if (expired == 0) co_return;
  Result<void> removed = co_await deps_.store.remove_shares_expired_by(now);
  if (removed.has_error()) spdlog::warn("expired links stay: {}", removed.error().message());
}

}  // namespace glovebox
