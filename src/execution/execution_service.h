// ExecutionService: everything that a transport needs, divided into interfaces for each kind of
// caller.
//
// Threads: the event-loop thread owns all of it. Blocking work (archives, SQLite) goes to the given
// pools, and its results return to the loop.
#pragma once

#include <chrono>

#include "base/awaitable.h"
#include "execution/artifacts.h"
#include "execution/checkups.h"
#include "execution/deep_health.h"
#include "execution/findings.h"
#include "execution/jobs.h"
#include "execution/presets.h"
#include "execution/projects.h"
#include "execution/service_status.h"
#include "execution/shares.h"
#include "execution/tools.h"
#include "execution/webhooks.h"

namespace glovebox {

// The parts for transports. They live as long as their service.
struct Services {
  Tools& tools;
  Projects& projects;
  Jobs& jobs;
  Checkups& checkups;
  Artifacts& artifacts;
  Findings& findings;
  const ServiceStatus& status;
  DeepHealth& deep_health;
  Webhooks* webhooks = nullptr;  // null: nothing can be sent from here
  Shares* shares = nullptr;      // null: nothing can be shared
  Presets* presets = nullptr;    // null: there are none
};

class ExecutionService {
 public:
  virtual ~ExecutionService() = default;

  virtual Services parts() = 0;
  // Recovers the jobs that an earlier process left, then starts periodic maintenance. Call once,
  // before all other functions.
  virtual Awaitable<void> start() = 0;
  // Accepts no new jobs. Running jobs get `grace`, then all are killed. Returns when no job runs.
  // Waiting jobs that do not end with their connections stay for the next start().
  virtual Awaitable<void> drain(std::chrono::milliseconds grace) = 0;
};

}  // namespace glovebox
