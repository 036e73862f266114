// The part of the Dispatcher for groups of jobs.
#include <utility>

#include "execution/jobs/dispatcher.h"

namespace glovebox {

Result<std::vector<LiveJobPtr>> Dispatcher::admit_group(std::vector<NewJob> jobs) {
  std::uint64_t stdin_bytes = 0;
  for (const NewJob& each : jobs) stdin_bytes += each.prepared.stdin_text.size();
  ClientId client = jobs.front().job.owner;
  GB_TRY_VOID(reserve(client, jobs.size(), stdin_bytes));
  auto group = std::make_shared<JobGroup>(admission_.concurrent(client), QueuePlaces::kReserved);
  std::vector<LiveJobPtr> admitted;
  admitted.reserve(jobs.size());
  for (NewJob& each : jobs) {
    LiveJobPtr live = deps_.registry.add(std::move(each.job), JobState::kAccepted);
    keep(*live, std::move(each.prepared));
    live->group = group;
    group->add();
    admitted.push_back(std::move(live));
  }
  return admitted;
}

void Dispatcher::enqueue_group(const std::vector<LiveJobPtr>& jobs) {
  std::shared_ptr<JobGroup> group = jobs.front()->group;
  // The end of one job starts the next, so all are taken from the group before the first one ends.
  std::vector<LiveJobPtr> cancelled;  // while they were recorded
  for (const LiveJobPtr& live : jobs) {
    group->hold(live);
    if (live->state == JobState::kAccepted) continue;
    group->release(live);
    cancelled.push_back(live);
  }
  for (const LiveJobPtr& live : cancelled) {
    queue_.give_back();
    end_unrun(live);
  }
  fill(group);
}

void Dispatcher::withdraw_group(const std::vector<LiveJobPtr>& jobs) {
  admission_.take_back(jobs.front()->accepted.owner);
  for (const LiveJobPtr& live : jobs) withdraw_one(live);
}

std::shared_ptr<JobGroup> Dispatcher::restore_group(const ClientId& client) {
  return std::make_shared<JobGroup>(admission_.concurrent(client), QueuePlaces::kNone);
}

void Dispatcher::restore(Job job, PreparedJob prepared, const std::shared_ptr<JobGroup>& group) {
  LiveJobPtr live = revive(std::move(job), std::move(prepared));
  live->group = group;
  if (group->add()) admission_.restore(live->accepted.owner);
  group->hold(live);
  fill(group);
}

// At shutdown all of them are left for the next process.
void Dispatcher::fill(const std::shared_ptr<JobGroup>& group) {
  if (draining_) group->lift_bound();
  while (LiveJobPtr live = group->next()) {
    if (group->places() == QueuePlaces::kReserved) {
      queue_.push(live->accepted.owner, live->id());
    } else {
      queue_.restore(live->accepted.owner, live->id());
    }
    wait_for_slot(live);
  }
}

void Dispatcher::leave_quota(LiveJob& live) {
  if (!live.group || live.group->leave()) admission_.release(live.accepted.owner);
  if (live.group) fill(live.group);
}

}  // namespace glovebox
