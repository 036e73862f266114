// CheckupStore: which jobs belong to which check-up. The jobs themselves are in the JobStore; a
// check-up is removed with the last of them.
//
// Threads and errors: as for JobStore.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/checkup.h"
#include "store/job_store.h"

namespace glovebox {

// An accepted check-up with its jobs.
struct AcceptedCheckup {
  CheckupRecord checkup;
  std::vector<AcceptedJob> jobs;  // without keys
  // As of AcceptedJob, among the check-ups of its owner.
  std::string idempotency_key;
  std::string fingerprint;
  // Of the request's own webhook, which gets the end; empty: none.
  std::string webhook_url = {};
};

struct KeyedCheckup {
  CheckupId id;
  std::string fingerprint;
};

// Check-ups of one owner, newest first. Within the same millisecond, the greater id comes first.
struct CheckupQuery {
  ClientId owner;
  struct Place {
    WallTime created_at;
    CheckupId id;
  };
  std::optional<Place> behind;
  std::int64_t limit = 50;
};

class CheckupStore {
 public:
  virtual ~CheckupStore() = default;

  // Adds the check-up and all its jobs, or nothing. On disk when this completes. If its owner
  // already has a check-up with its key, returns that one and writes nothing.
  virtual Awaitable<Result<std::optional<KeyedCheckup>>> add_checkup(AcceptedCheckup accepted) = 0;
  virtual Awaitable<Result<std::optional<KeyedCheckup>>> find_keyed_checkup(ClientId owner,
                                                                            std::string key) = 0;
  // With its jobs as they are stored.
  virtual Awaitable<Result<std::optional<Checkup>>> find_checkup(CheckupId id) = 0;
  virtual Awaitable<Result<std::vector<Checkup>>> find_checkups(CheckupQuery query) = 0;
};

}  // namespace glovebox
