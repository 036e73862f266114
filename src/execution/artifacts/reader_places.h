// ReaderPlaces: how many streamed responses each client may have at a time, and which one ends when
// all places are taken.
//
// A reader that has stalled keeps its place only until somebody else needs it. Otherwise a client
// whose downloads have stalled would be refused until each of them times out. Threads: the event
// loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "model/ids.h"

namespace glovebox {

class ReaderPlaces {
 public:
  struct Limits {
    std::size_t per_client = 0;  // 0: no limit
    std::size_t in_all = 0;      // 0: no limit
    // A place whose reader has read nothing for this long may be given to another reader.
    std::chrono::milliseconds stalled_after{5000};
  };
  class Place;

  explicit ReaderPlaces(const Limits& limits);
  ~ReaderPlaces();

  // Null if all places are taken and no reader has stalled. `lost` is called at most once, from a
  // later take(), when the place was given to another reader; the place does not count after that.
  // `lost` must not destroy the place.
  std::unique_ptr<Place> take(const ClientId& client, std::function<void()> lost);
  std::size_t of(const ClientId& client) const;
  std::size_t all() const;
  const Limits& limits() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // a place may outlive this
};

class ReaderPlaces::Place {
 public:
  Place(std::shared_ptr<State> state, ClientId client, std::function<void()> lost);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // Data was sent to the reader: from now on its time counts as stalled.
  void handed() { handed_at_ = std::chrono::steady_clock::now(); }
  // The reader has read it.
  void asked() { handed_at_.reset(); }

 private:
  friend struct ReaderPlaces::State;

  std::shared_ptr<State> state_;
  ClientId client_;
  std::function<void()> lost_;
  std::optional<SteadyTime> handed_at_;
  bool counts_ = true;
};

}  // namespace glovebox
