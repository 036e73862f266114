// Shares: links that let anyone who has one read one job or one check-up, and nothing else.
//
// A client shares only what it owns, and sees and revokes only its own links. A link works until it
// expires or is revoked, and as long as its job or check-up is kept. Threads: the event loop.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "model/share.h"

namespace glovebox {

inline constexpr std::size_t kMostSharesOfClient = 100;
inline constexpr std::size_t kMostShares = 10'000;
inline constexpr std::chrono::milliseconds kShortestShare = std::chrono::minutes(1);
inline constexpr std::chrono::milliseconds kLongestShare = std::chrono::days(90);
inline constexpr std::chrono::milliseconds kUsualShare = std::chrono::days(7);

struct NewShare {
  Share share;
  std::string token;  // no other call has it
};

class Shares {
 public:
  virtual ~Shares() = default;

  // `subject`: the id of a job or a check-up. kNotFound if it is not the caller's; kValidation for
  // a lifetime out of bounds; kConflict if there are too many links.
  virtual Awaitable<Result<NewShare>> create(ClientId caller, std::string subject,
                                             std::chrono::milliseconds lifetime) = 0;
  // The caller's links that still work, oldest first.
  virtual std::vector<Share> list(const ClientId& caller) const = 0;
  // Those of one subject. kNotFound if it is not the caller's.
  virtual Awaitable<Result<std::vector<Share>>> list_of(ClientId caller, std::string subject) = 0;
  // It does not work from here on. kNotFound.
  virtual Awaitable<Result<void>> revoke(ClientId caller, ShareId id) = 0;

  // Null: no link has this token, or it has expired or was revoked. Valid until the next call of
  // any function.
  virtual const Share* find(std::string_view token) const = 0;
  // Whether the link with this hash still works.
  virtual bool still_works(const std::string& token_hash) const = 0;
  // Whether it covers the job or check-up `id`: its subject, or a job of its check-up.
  virtual Awaitable<Result<bool>> covers(Share share, std::string id) = 0;
};

}  // namespace glovebox
