// Admission: who may submit one more job. Two limits per client: executions in the last hour, and
// jobs queued or running at once.
//
// The hour slides. Up to 60 an hour each execution is remembered by itself; above that, those of
// one minute share an entry that counts until its youngest is an hour old: never lets through more
// than configured, and holds at most 62 entries a client.
//
// The table of clients is bounded. A newcomer displaces the client without jobs that was longest
// idle; forgetting it costs its hourly count, which an attacker who owns that many addresses could
// have had from them anyway.
//
// Pure: time is passed in and never goes back. Threads: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"

namespace glovebox {

struct ClientLimits {
  std::int64_t hourly = 20;     // 0: off
  std::int64_t concurrent = 5;  // 0: off
};

// What holds for one client, made of what holds for all. Asked each time, so it may change.
using LimitsOfClient = std::function<ClientLimits(const ClientId&, ClientLimits for_all)>;

struct AdmissionLimits {
  std::int64_t hourly = 20;     // 0: off
  std::int64_t concurrent = 5;  // 0: off
  std::size_t clients = 16'384;
  LimitsOfClient of_client;  // null: those above hold for each
};

// What RateLimit headers tell; of the hourly limit.
struct HourlyState {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::seconds reset{0};  // until one more is free again; 0 where none is taken
};

class Admission {
 public:
  static constexpr std::chrono::seconds kWindow{3600};

  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  // Counts one execution and one job at once, or counts nothing: kRateLimit names the limit, what
  // is configured and what was observed. kQueueFull where every client in a full table has jobs.
  Result<void> admit(const ClientId& client, SteadyTime now);
  // A job that an earlier process admitted: counted as a job, whatever the limits, and not as an
  // execution.
  void restore(const ClientId& client);
  // An admitted job has ended.
  void release(const ClientId& client);
  // An admitted job never came to be, by no fault of the client: its execution is not counted.
  void take_back(const ClientId& client);

  HourlyState hourly(const ClientId& client, SteadyTime now) const;
  std::size_t clients() const { return clients_.size(); }

 private:
  struct Executions {
    SteadyTime first;
    SteadyTime last;
    std::int64_t count = 0;
  };
  struct Client {
    std::deque<Executions> executions;  // oldest first
    std::int64_t counted = 0;           // their sum
    std::int64_t jobs = 0;
    std::list<ClientId>::iterator idle;  // valid while jobs is 0
  };

  Result<Client*> find_or_add(const ClientId& id);
  ClientLimits limits_of(const ClientId& id) const;
  static Result<void> check(Client& client, const ClientLimits& limits, SteadyTime now);
  static void count(Client& client, const ClientLimits& limits, SteadyTime now);
  void make_idle(const ClientId& id, Client& client);

  AdmissionLimits limits_;
  std::unordered_map<ClientId, Client> clients_;
  std::list<ClientId> idle_;  // without jobs, longest idle first
};

}  // namespace glovebox
