#include "execution/jobs/job_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "execution/jobs/job_group.h"

namespace glovebox {
namespace {

// Followers see a job that is being stopped in its previous state until its end is recorded.
bool is_news(JobState state) {
  return is_waiting(state) || state == JobState::kRunning || has_ended(state);
}

}  // namespace

JobRegistry::JobRegistry(boost::asio::io_context& loop, const Clock& clock, Options options)
    : loop_(loop),
      clock_(clock),
      options_(std::move(options)),
      observers_(options_.observers),
      ended_(loop) {}

// Suspended coroutines may hold jobs longer than this object exists.
JobRegistry::~JobRegistry() {
  for (auto& [id, live] : jobs_) {
    if (!live->progress) continue;
    live->progress->run.reset();
    live->progress->output.flush_timer.cancel();
  }
}

LiveJobPtr JobRegistry::add(AcceptedAs job, JobState first) {
  auto live = std::make_shared<LiveJob>(loop_, std::move(job), first);
  live->born = clock_.steady_now();
  jobs_.emplace(live->id(), live);
  ++open_;
  return live;
}

LiveJobPtr JobRegistry::find(const JobId& id) const {
  auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

std::vector<LiveJobPtr> JobRegistry::all_of(const std::function<bool(JobState)>& wanted) const {
  std::vector<LiveJobPtr> all;
  for (const auto& [id, live] : jobs_) {
    if (wanted(live->state)) all.push_back(live);
  }
  return all;
}

std::optional<std::chrono::milliseconds> JobRegistry::oldest_wait() const {
  std::optional<SteadyTime> oldest;
  for (const auto& [id, live] : jobs_) {
    if (live->state != JobState::kQueued) continue;
    oldest = oldest ? std::min(*oldest, live->born) : live->born;
  }
  if (!oldest) return std::nullopt;
  return std::chrono::floor<std::chrono::milliseconds>(clock_.steady_now() - *oldest);
}

void JobRegistry::move(LiveJob& live, JobState to) {
  JobState from = live.state;
  if (!may_move(from, to)) {
    throw std::logic_error(fmt::format("job {} cannot go from \"{}\" to \"{}\"", live.id().str(),
                                       job_state_name(from), job_state_name(to)));
  }
  live.state = to;
  if (to == JobState::kEnded || to == JobState::kWithdrawn) jobs_.erase(JobId(live.id()));
  if (has_ended(to) || to == JobState::kHandedOver) live.ended.set();
  if (is_news(to)) live.wake_followers();
  if (is_news(to) && live.group) live.group->wake_followers();
  notify_observers(live);
  if (has_ended(to) && !has_ended(from)) {
    --open_;
    ended_.notify();
  }
}

void JobRegistry::notify_observers(const LiveJob& live) {
  switch (live.state) {
    case JobState::kQueued:
      return observers_.job_queued(live.accepted);
    case JobState::kRunning:
      return observers_.job_started(live.progress->job);
    case JobState::kEnding:
      return observers_.job_ended(live.progress->job);
    case JobState::kEnded:
      return observers_.job_recorded(live.progress->job);
    default:
      return;
  }
}

WallTime JobRegistry::now_of(const LiveJob& live) const {
  return live.accepted.created_at +
         std::chrono::floor<std::chrono::milliseconds>(clock_.steady_now() - live.born);
}

Error JobRegistry::no_such_job(const JobId& id) const {
  return not_found(fmt::format("no job \"{}\"; jobs are kept for {} after they end", id.str(),
                               format_duration(options_.job_ttl)));
}

}  // namespace glovebox
