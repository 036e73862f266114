// ExecutionService: everything that a transport may ask for, in parts as wide as their callers
// need.
//
// Threads: the event-loop thread owns all of it. Blocking work (archives, SQLite) goes to the pools
// that it was given and comes back to the loop.
#pragma once

#include <chrono>

#include "base/awaitable.h"
#include "execution/artifacts.h"
#include "execution/checkups.h"
#include "execution/deep_health.h"
#include "execution/findings.h"
#include "execution/jobs.h"
#include "execution/projects.h"
#include "execution/service_status.h"
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
};

class ExecutionService {
 public:
  virtual ~ExecutionService() = default;

  virtual Services parts() = 0;
  // Takes up the jobs that an earlier process left, then begins the upkeep. Call once, before all
  // else.
  virtual Awaitable<void> start() = 0;
  // No new jobs; running ones get `grace`, then everything is killed. Returns when nothing runs.
  // Jobs that wait, and need not end with their connections, stay for the next start().
  virtual Awaitable<void> drain(std::chrono::milliseconds grace) = 0;
};

}  // namespace glovebox
