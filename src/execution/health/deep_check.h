// DeepCheck: DeepHealth of the service on one machine.
//
// Each check runs as a background task, and at most one of each kind at a time: one that hangs
// fails by its bound, and stays the only one that hangs. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "execution/async/background_tasks.h"
#include "execution/async/signal.h"
#include "execution/canary_observer.h"
#include "execution/deep_health.h"
#include "execution/health/canary.h"
#include "execution/jobs/job_service.h"
#include "execution/projects/storage_ledger.h"
#include "store/job_store.h"

namespace glovebox {

class DeepCheck final : public DeepHealth {
 public:
  struct Deps {
    boost::asio::io_context& loop;
    BackgroundTasks& tasks;
    boost::asio::thread_pool& pool;
    Sandbox& sandbox;
    JobService& jobs;
    JobStore& store;
    const Clock& clock;
    StorageLedger::DiskProbe disk;  // empty: the disk is not checked
    CanaryObserver* canary_observer = nullptr;
  };
  explicit DeepCheck(Deps deps, std::chrono::milliseconds longest = kLongest);

  Awaitable<std::shared_ptr<const DeepReport>> look() override;
  // Ends what runs.
  void stop() { canary_.stop(); }

 private:
  struct Question {
    bool asked = false;                 // and not answered yet
    std::optional<HealthCheck> answer;  // of this look
    SteadyTime since;
  };
  void ask(Question& question, const char* name, Awaitable<HealthCheck> (DeepCheck::*how)());
  Awaitable<void> answer(Question& question, Awaitable<HealthCheck> how);
  Awaitable<HealthCheck> ask_canary();
  Awaitable<HealthCheck> ask_database();
  Awaitable<HealthCheck> ask_disk();
  Awaitable<void> look_closely();
  bool all_answered() const;
  HealthCheck answer_of(const Question& question, const char* what) const;
  DeepReport report() const;

  Deps deps_;
  std::chrono::milliseconds longest_;
  Canary canary_;
  Signal answered_;
  Signal looked_;
  Question of_canary_;
  Question of_database_;
  Question of_disk_;
  std::optional<DiskSpace> space_;
  std::shared_ptr<const DeepReport> report_;
  SteadyTime reported_;
  bool looking_ = false;
};

}  // namespace glovebox
