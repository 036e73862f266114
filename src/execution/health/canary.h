// Canary: a small job that shows that a slot can still run one. It prints a random word, and the
// word must come back through the slot's pipes. It belongs to no client, so it is in no quota, no
// queue and no history.
//
// It takes the next slot that is free, before the jobs that wait: it ends within milliseconds, and
// on a busy server it would otherwise never run. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

#include "base/awaitable.h"
#include "execution/deep_health.h"
#include "execution/jobs/dispatcher.h"
#include "execution/jobs/sandboxed_run.h"

namespace glovebox {

class Canary {
 public:
  // How long it waits for a slot, and how long the job may run.
  static constexpr std::chrono::milliseconds kSlotWait{3000};
  static constexpr std::chrono::milliseconds kRunTime{5000};

  Canary(boost::asio::io_context& loop, Sandbox& sandbox, Dispatcher& dispatcher,
         std::shared_ptr<OutputTurns> output_turns);

  // One at a time. kBusy if no slot became free in kSlotWait.
  Awaitable<HealthCheck> run();
  // Kills the job that runs. No later run() starts one.
  void stop();

 private:
  Awaitable<HealthCheck> run_in_slot();

  boost::asio::io_context& loop_;
  Sandbox& sandbox_;
  Dispatcher& dispatcher_;
  std::shared_ptr<OutputTurns> output_turns_;
  std::unique_ptr<SandboxedRun> run_;
  bool stopped_ = false;
};

}  // namespace glovebox
