// VersionProbe: asks every available tool for its version, in the background: sealed as a job is,
// one at a time, in a slot that no job wants at the time; a job that comes has it back at once.
//
// Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/awaitable.h"
#include "execution/async/signal.h"
#include "execution/jobs/job_scheduler.h"
#include "execution/jobs/sandboxed_run.h"
#include "registry/tool_registry.h"

namespace glovebox {

class VersionProbe {
 public:
  VersionProbe(boost::asio::io_context& loop, ToolRegistry& registry, Sandbox& sandbox,
               JobScheduler& scheduler);

  // Runs until stop(). Call once.
  Awaitable<void> work();
  // Another tool may have become available.
  void look_again() { changed_.notify(); }
  void stop();

 private:
  const Tool* next_tool() const;
  Awaitable<void> probe(ToolId id, SandboxSpec spec);
  void interrupt();

  boost::asio::io_context& loop_;
  ToolRegistry& registry_;
  Sandbox& sandbox_;
  JobScheduler& scheduler_;
  std::unordered_set<ToolId> asked_;
  std::unique_ptr<SandboxedRun> run_;
  Signal changed_;
  bool interrupted_ = false;
  bool stopped_ = false;
};

}  // namespace glovebox
