// Admission decides which client may submit another job. There are two limits per client:
// executions in the last hour, and jobs queued or running at once.
//
// The hour is a sliding window. For limits up to 60 per hour, each execution is stored separately.
// Above that, the executions of one minute share an entry that counts until its youngest is an hour
// old. This never admits more than configured and needs at most 62 entries per client.
//
// The table of clients is bounded. A new client replaces the client without jobs that was idle
// longest. That client's hourly count is lost; an attacker with that many addresses could have had
// these executions anyway.
//
// Pure: the caller passes the time, which never goes back. Threads: one at a time.
#pragma once

#include <algorithm>
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

// Computes the limits of one client from the limits of all. Called each time, so the result may
// change.
using LimitsOfClient = std::function<ClientLimits(const ClientId&, ClientLimits for_all)>;

struct AdmissionLimits {
  std::int64_t hourly = 20;     // 0: off
  std::int64_t concurrent = 5;  // 0: off
  std::size_t clients = 16'384;
  LimitsOfClient of_client;  // null: the limits above apply to every client
};

// The values of RateLimit headers, for the hourly limit.
struct HourlyState {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::seconds reset{0};  // until one more is available; 0 if none is used
};

class Admission {
 public:
  static constexpr std::chrono::seconds kWindow{3600};

  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  // Counts one execution and one job, or neither: kRateLimit has the limit, the configured and the
  // observed value. kQueueFull if the table is full and every client in it has jobs.
  Result<void> admit(const ClientId& client, SteadyTime now);
  // Counts a job that an earlier process admitted, regardless of the limits. It does not count as
  // an execution.
  void restore(const ClientId& client);
  // Call when an admitted job has ended.
  void release(const ClientId& client);
  // Call when an admitted job could not be created, through no fault of the client. Its execution
  // is not counted.
  void take_back(const ClientId& client);

  // How many jobs the client may have at once; 0: any number.
  std::size_t concurrent(const ClientId& client) const {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, limits_of(client).concurrent));
  }
  // Those of the client that are queued or running.
  std::int64_t jobs_of(const ClientId& client) const;
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
