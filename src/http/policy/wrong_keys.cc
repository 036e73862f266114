#include "http/policy/wrong_keys.h"

#include <fmt/format.h>

#include <utility>

namespace glovebox {

Result<void> WrongKeys::count(const ClientId& address, SteadyTime now) {
  Window& window = window_of(address, now);
  if (window.wrong < kMost) {
    ++window.wrong;
    return ok();
  }
  bool first = !std::exchange(window.told, true);
  auto wait = std::chrono::ceil<std::chrono::seconds>(window.begin + kWindow - now);
  Error refused =
      Error(ErrorKind::kRateLimit,
            fmt::format("{} wrong API keys were sent from your address within {} s. Check "
                        "your key and try again in {} s.",
                        kMost, kWindow.count(), wait.count()))
          .with("limit", "wrongKeys")
          .with("configured", kMost)
          .with_retry_after(wait);
  return first ? std::move(refused).with("first", true) : refused;
}

WrongKeys::Window& WrongKeys::window_of(const ClientId& address, SteadyTime now) {
  auto found = windows_.find(address);
  if (found == windows_.end()) {
    if (windows_.size() >= kMostAddresses) {
      windows_.erase(by_age_.front());
      by_age_.pop_front();
    }
    found = windows_.try_emplace(address).first;
    found->second.begin = now;
    found->second.place = by_age_.insert(by_age_.end(), address);
  } else if (now - found->second.begin >= kWindow) {
    found->second.begin = now;
    found->second.wrong = 0;
    found->second.told = false;
    by_age_.splice(by_age_.end(), by_age_, found->second.place);
  }
  return found->second;
}

}  // namespace glovebox
