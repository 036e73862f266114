// The calls that wait for a run or for a check-up, and tell their client how far it is.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "execution/async/background_tasks.h"
#include "execution/execution_service.h"
#include "mcp/call.h"
#include "mcp/progress.h"

namespace glovebox {

// What calls need of the service. Must outlive them.
struct McpCallDeps {
  Services services;
  BackgroundTasks& tasks;
  McpPending& pending;
  // False once the service is about to go: what is destroyed after that touches it no more.
  std::shared_ptr<const bool> alive;
};

// What a call does to the run once nobody waits for it any more.
enum class WhenGivenUp : bool { kLeaveIt, kStopIt };

struct WaitOptions {
  WhenGivenUp when_given_up = WhenGivenUp::kStopIt;
  // Answers with the state of then; nothing: waits for the end.
  std::optional<SteadyTime> until;
};

std::unique_ptr<McpCall> make_run_call(const McpCallDeps& deps, McpContext context, JobId id,
                                       std::unique_ptr<JobFollower> follower, WaitOptions options);
std::unique_ptr<McpCall> make_checkup_call(const McpCallDeps& deps, McpContext context,
                                           Checkup checkup,
                                           std::unique_ptr<CheckupFollower> follower,
                                           WaitOptions options);

// "waits, place 3 in the queue, about 12 s"
std::string status_text(const JobEvent::Status& status);

}  // namespace glovebox
