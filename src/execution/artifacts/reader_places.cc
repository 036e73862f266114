#include "execution/artifacts/reader_places.h"

#include <unordered_set>
#include <utility>

namespace glovebox {

struct ReaderPlaces::State {
  // Bounded by the limits; without limits, by the number of connections.
  std::unordered_map<ClientId, std::unordered_set<Place*>> places;
  std::size_t all = 0;
  Limits limits;

  void add(Place& place) {
    places[place.client_].insert(&place);
    ++all;
  }
  void remove(Place& place) {
    if (!std::exchange(place.counts_, false)) return;
    auto found = places.find(place.client_);
    found->second.erase(&place);
    if (found->second.empty()) places.erase(found);
    --all;
  }
  std::size_t of(const ClientId& client) const {
    auto found = places.find(client);
    return found == places.end() ? 0 : found->second.size();
  }

  // The place whose reader has read nothing for the longest time: of one client, or of all.
  Place* longest_stalled(const ClientId* client) const {
    Place* longest = nullptr;
    SteadyTime before = std::chrono::steady_clock::now() - limits.stalled_after;
    for (const auto& [owner, held] : places) {
      if (client != nullptr && owner != *client) continue;
      for (Place* place : held) {
        if (!place->handed_at_ || *place->handed_at_ > before) continue;
        if (longest == nullptr || *place->handed_at_ < *longest->handed_at_) longest = place;
      }
    }
    return longest;
  }
  bool make_room(const ClientId* client) {
    Place* place = longest_stalled(client);
    if (place == nullptr) return false;
    remove(*place);
    if (auto lost = std::exchange(place->lost_, nullptr)) lost();
    return true;
  }
};

ReaderPlaces::ReaderPlaces(const Limits& limits) : state_(std::make_shared<State>()) {
  state_->limits = limits;
}
ReaderPlaces::~ReaderPlaces() = default;

std::unique_ptr<ReaderPlaces::Place> ReaderPlaces::take(const ClientId& client,
                                                        std::function<void()> lost) {
  const Limits& limits = state_->limits;
  bool own_taken = limits.per_client > 0 && state_->of(client) >= limits.per_client;
  if (own_taken && !state_->make_room(&client)) return nullptr;
  bool all_taken = limits.in_all > 0 && state_->all >= limits.in_all;
  if (all_taken && !state_->make_room(nullptr)) return nullptr;
  return std::make_unique<Place>(state_, client, std::move(lost));
}

std::size_t ReaderPlaces::of(const ClientId& client) const {
  return state_->of(client);
}

std::size_t ReaderPlaces::all() const {
  return state_->all;
}

const ReaderPlaces::Limits& ReaderPlaces::limits() const {
  return state_->limits;
}

ReaderPlaces::Place::Place(std::shared_ptr<State> state, ClientId client,
                           std::function<void()> lost)
    : state_(std::move(state)), client_(std::move(client)), lost_(std::move(lost)) {
  state_->add(*this);
}

ReaderPlaces::Place::~Place() {
  state_->remove(*this);
}

}  // namespace glovebox
