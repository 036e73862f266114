// ReaderPlaces: how many answers that are made while they are sent each client may have on their
// way, and who makes room when all places are taken.
//
// A reader that takes nothing keeps its place only as long as nobody wants it: otherwise a client
// whose downloads have stalled would be refused until each of them is given up. Threads: the event
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
    // One whose reader has taken nothing for so long makes room where it must.
    std::chrono::milliseconds stalled_after{5000};
  };
  class Place;

  explicit ReaderPlaces(const Limits& limits);
  ~ReaderPlaces();

  // Null where all are taken, and no reader has stalled. `lost` is called at most once, from a
  // later take(), when the place went to somebody else; the place counts no more then. It must not
  // destroy the place.
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

  // What it asked for is on its way to the reader: from now on the reader is waited for.
  void handed() { handed_at_ = std::chrono::steady_clock::now(); }
  // The reader has taken it.
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
