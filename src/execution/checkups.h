// Checkups: several tools on one project, submitted as one.
//
// A check-up consists of its jobs: they run, survive and expire like all others, and a check-up's
// state is derived from theirs. It counts as one execution and as one job in its client's quotas.
// Check-ups of another owner are kNotFound, as if they did not exist. A call that changes something
// runs to its end even if the awaiting coroutine is cancelled. Threads: the event loop.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/findings.h"
#include "execution/jobs.h"
#include "model/checkup.h"

namespace glovebox {

inline constexpr std::size_t kMaxToolsOfCheckup = 100;

struct CheckupRequest {
  ProjectId project_id;
  // None: every available tool that is applicable to the project and takes part in check-ups,
  // except those with a required parameter that is not given. In the order of Tools::tools().
  std::optional<std::vector<ToolId>> tools;
  std::map<ToolId, boost::json::object> parameters;
  std::optional<std::chrono::milliseconds> timeout = {};  // can only lower each tool's own
  // A request with the same key returns the same check-up, as long as it is stored. Empty: none.
  std::string idempotency_key;
  // As of ExecuteRequest.
  std::string webhook_url = {};
};

struct SubmittedCheckup {
  Checkup checkup;
  bool repeated = false;  // the check-up of an earlier request with the same key
};

// The caller's own check-ups, newest first.
struct CheckupHistoryQuery {
  std::string cursor;  // of an earlier page; empty: start with the newest
  std::int64_t limit = 50;
};
struct CheckupHistoryPage {
  std::vector<Checkup> checkups;
  std::string next_cursor;  // empty: the last page
};

struct CheckupFinding {
  Finding finding;
  ToolId tool_id;
};
struct CheckupFindingsPage {
  std::vector<CheckupFinding> findings;
  std::string next_cursor;  // empty: the last page
};
// For all jobs together, in lists and reports; findings of later jobs beyond it are only counted.
inline constexpr std::size_t kMaxFindingsOfCheckup = 100'000;

struct CheckupEvent {
  // Sent first for each job, and then at each change of its status.
  struct JobChanged {
    Job job;
  };
  // Sent last, once.
  struct Complete {
    Checkup checkup;
  };
  std::variant<JobChanged, Complete> what;
  // What has been sent up to and including this event: where another follower continues, also in a
  // later process.
  std::string told;
};

// The position of one reader in the events of a check-up. If something changes more often than it
// reads, it gets only the latest state. It must not outlive the service.
class CheckupFollower {
 public:
  virtual ~CheckupFollower() = default;
  // As in JobFollower.
  virtual Awaitable<std::optional<CheckupEvent>> next(std::chrono::milliseconds patience) = 0;
  virtual bool over() const = 0;
  virtual void stop() = 0;
};

class Checkups {
 public:
  virtual ~Checkups() = default;

  // Validates, admits, records and queues all jobs or none. kConflict if a tool cannot run now, or
  // none is applicable; kUnprocessable if the request differs from the earlier one with its key.
  virtual Awaitable<Result<SubmittedCheckup>> submit(ClientId client, CheckupRequest request) = 0;
  virtual Awaitable<Result<Checkup>> find(ClientId caller, CheckupId id) = 0;
  // kValidation for a cursor that this service did not create.
  virtual Awaitable<Result<CheckupHistoryPage>> history(ClientId caller,
                                                        CheckupHistoryQuery query) = 0;
  // `after` is CheckupEvent::told, or empty: from the beginning. kValidation if it does not belong
  // to this check-up.
  virtual Awaitable<Result<std::unique_ptr<CheckupFollower>>> follow(ClientId caller, CheckupId id,
                                                                     std::string after) = 0;
  // The findings of all its jobs, by path, line, column and tool. `query.against` is ignored.
  virtual Awaitable<Result<CheckupFindingsPage>> findings(ClientId caller, CheckupId id,
                                                          FindingsQuery query) = 0;
  // As for one job, with one run for each tool.
  virtual Awaitable<Result<FindingsReport>> report(ClientId caller, CheckupId id,
                                                   std::string format) = 0;
  // Cancels all of its jobs.
  virtual Awaitable<Result<CancelResult>> cancel(ClientId caller, CheckupId id) = 0;
};

}  // namespace glovebox
