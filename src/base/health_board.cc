#include "base/health_board.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace glovebox {

void HealthBoard::report(HealthReason reason) {
  std::lock_guard lock(mutex_);
  auto same = [&](const HealthReason& other) { return other.code == reason.code; };
  auto found = std::find_if(reasons_.begin(), reasons_.end(), same);
  bool is_new = found == reasons_.end() || found->effect != reason.effect;
  if (is_new) {
    spdlog::error("health: {}: {}{}", reason.code, escape_for_log(reason.message),
                  reason.effect == HealthEffect::kTakesNoJobs ? "; no new jobs are taken" : "");
  }
  if (found != reasons_.end()) {
    *found = std::move(reason);
  } else if (reasons_.size() < kMostReasons) {
    reasons_.push_back(std::move(reason));
  }
}

void HealthBoard::clear(std::string_view code) {
  std::lock_guard lock(mutex_);
  auto same = [&](const HealthReason& other) { return other.code == code; };
  if (std::erase_if(reasons_, same) > 0) spdlog::info("health: {} is over", code);
}

std::vector<HealthReason> HealthBoard::reasons() const {
  std::lock_guard lock(mutex_);
  return reasons_;
}

std::optional<Error> HealthBoard::refusal() const {
  return first_with(HealthEffect::kTakesNoJobs);
}

std::optional<Error> HealthBoard::unready() const {
  std::optional<Error> refused = refusal();
  return refused ? refused : first_with(HealthEffect::kHoldsJobs);
}

std::optional<Error> HealthBoard::first_with(HealthEffect effect) const {
  std::lock_guard lock(mutex_);
  auto has_it = [&](const HealthReason& reason) { return reason.effect == effect; };
  auto found = std::find_if(reasons_.begin(), reasons_.end(), has_it);
  if (found == reasons_.end()) return std::nullopt;
  return Error(ErrorKind::kQueueFull, found->message + "; try again later")
      .with("reason", found->code)
      .with_retry_after(kRetryAfter);
}

}  // namespace glovebox
