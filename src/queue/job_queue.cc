#include "queue/job_queue.h"

#include <cassert>
#include <compare>
#include <cstdint>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <unordered_map>

namespace glovebox {
namespace {

// An ordered map with ranks.
template <class Key, class Value>
using RankedMap = __gnu_pbds::tree<Key, Value, std::less<Key>, __gnu_pbds::rb_tree_tag,
                                   __gnu_pbds::tree_order_statistics_node_update>;

struct Turn {
  std::uint64_t round = 0;
  std::uint64_t client_number = 0;
  auto operator<=>(const Turn&) const = default;
};

struct Client {
  ClientId id;
  std::uint64_t number = 0;  // clients are numbered in order of arrival
  std::uint64_t first_round = 0;
  RankedMap<std::int64_t, JobId> jobs;  // in order of arrival; lost jobs before all others

  Turn turn(std::size_t index) const { return {first_round + index, number}; }
};

struct Place {
  Client* client = nullptr;
  std::int64_t order = 0;
};

}  // namespace

struct JobQueue::State {
  std::size_t capacity = 0;
  std::size_t reserved = 0;
  std::uint64_t round = 0;  // of the last job taken
  std::uint64_t clients_seen = 0;
  std::int64_t last_order = 0;
  std::int64_t first_order = 0;
  RankedMap<Turn, Client*> turns;
  std::unordered_map<ClientId, Client> clients;  // clients with waiting jobs
  std::unordered_map<JobId, Place> places;
  std::unordered_map<JobId, ClientId> leases;

  void insert(const ClientId& client_id, const JobId& job, std::int64_t order) {
    auto [at, is_new] = clients.try_emplace(client_id);
    Client& client = at->second;
    if (is_new) {
      client.id = client_id;
      client.number = ++clients_seen;
      client.first_round = round + 1;
    }
    turns.insert({client.turn(client.jobs.size()), &client});
    client.jobs.insert({order, job});
    places[job] = {&client, order};
  }

  void forget_if_idle(Client& client) {
    if (client.jobs.empty()) clients.erase(ClientId(client.id));
  }
};

JobQueue::JobQueue(std::size_t capacity) : state_(std::make_unique<State>()) {
  state_->capacity = capacity;
}

JobQueue::~JobQueue() = default;

Result<void> JobQueue::reserve() {
  std::size_t waiting = pending() + state_->reserved;
  if (waiting >= state_->capacity) {
    return Error(ErrorKind::kQueueFull, "the queue is full: " + std::to_string(waiting) +
                                            " jobs wait and " + std::to_string(state_->capacity) +
                                            " may; try again later")
        .with("limit", "queue_capacity")
        .with("configured", state_->capacity)
        .with("observed", waiting);
  }
  ++state_->reserved;
  return ok();
}

void JobQueue::give_back() {
  assert(state_->reserved > 0);
  --state_->reserved;
}

void JobQueue::push(const ClientId& client, const JobId& job) {
  give_back();
  restore(client, job);
}

void JobQueue::restore(const ClientId& client, const JobId& job) {
  assert(!state_->places.contains(job) && !state_->leases.contains(job));
  state_->insert(client, job, ++state_->last_order);
}

std::optional<JobId> JobQueue::take() {
  State& s = *state_;
  if (s.turns.empty()) return std::nullopt;
  auto turn = s.turns.begin();
  Client& client = *turn->second;
  s.round = turn->first.round;
  s.turns.erase(turn);
  JobId job = client.jobs.begin()->second;
  client.jobs.erase(client.jobs.begin());
  ++client.first_round;
  s.places.erase(job);
  s.leases.emplace(job, client.id);
  s.forget_if_idle(client);
  return job;
}

void JobQueue::finish(const JobId& job) {
  state_->leases.erase(job);
}

void JobQueue::lose(const JobId& job) {
  auto lease = state_->leases.extract(job);
  if (!lease.empty()) state_->insert(lease.mapped(), job, --state_->first_order);
}

bool JobQueue::cancel(const JobId& job) {
  State& s = *state_;
  auto found = s.places.find(job);
  if (found == s.places.end()) return false;
  auto [client, order] = found->second;
  s.places.erase(found);
  s.turns.erase(client->turn(client->jobs.size() - 1));
  client->jobs.erase(order);
  s.forget_if_idle(*client);
  return true;
}

std::optional<std::size_t> JobQueue::position(const JobId& job) const {
  auto found = state_->places.find(job);
  if (found == state_->places.end()) return std::nullopt;
  auto [client, order] = found->second;
  std::size_t index = client->jobs.order_of_key(order);
  return state_->turns.order_of_key(client->turn(index)) + 1;
}

std::size_t JobQueue::next_position(const ClientId& client_id) const {
  const State& s = *state_;
  auto found = s.clients.find(client_id);
  Turn turn = found == s.clients.end() ? Turn{s.round + 1, s.clients_seen + 1}
                                       : found->second.turn(found->second.jobs.size());
  return s.turns.order_of_key(turn) + 1;
}

std::size_t JobQueue::pending() const {
  return state_->places.size();
}

std::size_t JobQueue::leased() const {
  return state_->leases.size();
}

std::size_t JobQueue::capacity() const {
  return state_->capacity;
}

}  // namespace glovebox
