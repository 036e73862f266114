// JobRecovery: jobs that an earlier process left without an end. Jobs that outlive their
// connections wait again, in their order; a lost run counts as an attempt. The others have failed.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/jobs/dispatcher.h"
#include "execution/jobs/job_recorder.h"
#include "execution/jobs/request_checker.h"
#include "store/job_store.h"
#include "store/output_journal.h"

namespace glovebox {

class JobRecovery {
 public:
  struct Deps {
    JobStore& store;
    RequestChecker& checker;
    Dispatcher& dispatcher;
    JobRecorder& recorder;
    const OutputJournal* journal = nullptr;
  };
  explicit JobRecovery(const Deps& deps) : deps_(deps) {}

  // Call once, before the first request. Failures are logged.
  Awaitable<void> run();

 private:
  bool ran(Job& job) const;
  Awaitable<void> requeue(Job& job);
  Awaitable<Result<bool>> restore(UnfinishedJob left);

  Deps deps_;
  std::unordered_map<CheckupId, std::shared_ptr<JobGroup>> groups_;
};

}  // namespace glovebox
