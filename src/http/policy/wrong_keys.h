// WrongKeys: how many wrong keys came from each address recently.
//
// A key cannot be guessed at any rate. This bounds what guessing costs the log, and tells a client
// that keeps using an old key to stop. Pure: the caller passes the time. The loop's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"

namespace glovebox {

class WrongKeys {
 public:
  static constexpr std::size_t kMost = 30;  // from one address in one window
  static constexpr std::chrono::seconds kWindow{60};
  // Maximum number of stored addresses; a new one replaces the one whose window began first.
  static constexpr std::size_t kMostAddresses = 4096;

  // Counts one. kRateLimit if it exceeds kMost in one window; the first such error in a window has
  // "first" in its details.
  Result<void> count(const ClientId& address, SteadyTime now);
  std::size_t addresses() const { return windows_.size(); }

 private:
  struct Window {
    SteadyTime begin;
    std::size_t wrong = 0;
    bool told = false;  // that there are too many
    std::list<ClientId>::iterator place;
  };
  Window& window_of(const ClientId& address, SteadyTime now);

  std::unordered_map<ClientId, Window> windows_;
  std::list<ClientId> by_age_;  // ordered by the start of the window
};

}  // namespace glovebox
