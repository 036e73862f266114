#include "queue/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace glovebox {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kRememberedOneByOne = 60;
constexpr seconds kGrain{60};
// The end of a job is not known here. This is long enough to avoid frequent retries.
constexpr seconds kRetryWhenBusy{5};

seconds until_free(SteadyTime counted_at, SteadyTime now) {
  return std::chrono::ceil<seconds>(counted_at + Admission::kWindow - now);
}

Error too_many(std::string_view limit, std::int64_t configured, std::int64_t observed,
               std::string message, seconds retry_after) {
  return Error(ErrorKind::kRateLimit, std::move(message))
      .with("limit", limit)
      .with("configured", configured)
      .with("observed", observed)
      .with_retry_after(retry_after);
}

// The first entry that still counts.
auto first_counted(const auto& executions, SteadyTime now) {
  return std::find_if(executions.begin(), executions.end(),
                      [&](const auto& entry) { return entry.last + Admission::kWindow > now; });
}

}  // namespace

Result<void> Admission::admit(const ClientId& id, SteadyTime now) {
  GB_TRY(Client * client, find_or_add(id));
  ClientLimits limits = limits_of(id);
  GB_TRY_VOID(check(*client, limits, now));
  count(*client, limits, now);
  if (client->jobs++ == 0) idle_.erase(client->idle);
  return ok();
}

void Admission::restore(const ClientId& id) {
  auto [at, is_new] = clients_.try_emplace(id);
  Client& client = at->second;
  if (client.jobs++ == 0 && !is_new) idle_.erase(client.idle);
}

void Admission::release(const ClientId& id) {
  auto found = clients_.find(id);
  assert(found != clients_.end() && found->second.jobs > 0);
  if (--found->second.jobs == 0) make_idle(id, found->second);
}

void Admission::take_back(const ClientId& id) {
  release(id);
  Client& client = clients_.at(id);
  if (client.executions.empty()) return;
  --client.counted;
  if (--client.executions.back().count == 0) client.executions.pop_back();
}

std::int64_t Admission::jobs_of(const ClientId& id) const {
  auto found = clients_.find(id);
  return found == clients_.end() ? 0 : found->second.jobs;
}

HourlyState Admission::hourly(const ClientId& id, SteadyTime now) const {
  HourlyState state;
  state.limit = limits_of(id).hourly;
  state.remaining = state.limit;
  auto found = clients_.find(id);
  if (state.limit == 0 || found == clients_.end()) return state;
  const auto& executions = found->second.executions;
  auto first = first_counted(executions, now);
  if (first == executions.end()) return state;
  state.reset = until_free(first->last, now);
  for (auto entry = first; entry != executions.end(); ++entry) state.remaining -= entry->count;
  return state;
}

Result<Admission::Client*> Admission::find_or_add(const ClientId& id) {
  auto found = clients_.find(id);
  if (found != clients_.end()) return &found->second;
  if (clients_.size() >= limits_.clients) {
    if (idle_.empty()) {
      return Error(ErrorKind::kQueueFull,
                   fmt::format("{} clients have jobs, which is the limit; try again "
                               "later",
                               clients_.size()))
          .with("limit", "clients")
          .with("configured", limits_.clients)
          .with("observed", clients_.size())
          .with_retry_after(kRetryWhenBusy);
    }
    clients_.erase(idle_.front());
    idle_.pop_front();
  }
  Client& client = clients_[id];
  make_idle(id, client);
  return &client;
}

ClientLimits Admission::limits_of(const ClientId& id) const {
  ClientLimits for_all{limits_.hourly, limits_.concurrent};
  return limits_.of_client ? limits_.of_client(id, for_all) : for_all;
}

Result<void> Admission::check(Client& client, const ClientLimits& limits, SteadyTime now) {
  auto first = first_counted(client.executions, now);
  for (auto entry = client.executions.begin(); entry != first; ++entry) {
    client.counted -= entry->count;
  }
  client.executions.erase(client.executions.begin(), first);
  if (limits.concurrent > 0 && client.jobs >= limits.concurrent) {
    return too_many(
        "concurrent_per_client", limits.concurrent, client.jobs,
        fmt::format(
            "{} of your jobs are queued or running; the limit is {}; wait until one has ended",
            client.jobs, limits.concurrent),
        kRetryWhenBusy);
  }
  if (limits.hourly > 0 && client.counted >= limits.hourly) {
    seconds wait = until_free(client.executions.front().last, now);
    return too_many("hourly_per_client", limits.hourly, client.counted,
                    fmt::format("{} executions in the last hour; the limit is {}; try again in "
                                "{} s",
                                client.counted, limits.hourly, wait.count()),
                    wait);
  }
  return ok();
}

void Admission::count(Client& client, const ClientLimits& limits, SteadyTime now) {
  if (limits.hourly == 0) return;
  ++client.counted;
  bool shares = limits.hourly > kRememberedOneByOne && !client.executions.empty() &&
                now - client.executions.back().first < kGrain;
  if (shares) {
    client.executions.back().last = now;
    ++client.executions.back().count;
  } else {
    client.executions.push_back({now, now, 1});
  }
}

void Admission::make_idle(const ClientId& id, Client& client) {
  client.idle = idle_.insert(idle_.end(), id);
}

}  // namespace glovebox
