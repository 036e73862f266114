// VersionProbe: determines the version of every available tool, in the background: in the sandbox,
// one at a time, in a slot that no job needs. If a job needs the slot, it is released at once.
//
// Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/awaitable.h"
#include "execution/async/signal.h"
#include "execution/jobs/dispatcher.h"
#include "execution/jobs/sandboxed_run.h"
#include "registry/tool_registry.h"

namespace glovebox {

class VersionProbe {
 public:
  VersionProbe(boost::asio::io_context& loop, ToolRegistry& registry, Sandbox& sandbox,
               Dispatcher& dispatcher, std::shared_ptr<OutputTurns> output_turns);

  // Runs until stop(). Call once.
  Awaitable<void> work();
  // Call when another tool may have become available.
  void look_again() { changed_.notify(); }
  void stop();

 private:
  const Tool* next_tool() const;
  Awaitable<void> probe(ToolId id, std::string key, SandboxSpec spec);
  void interrupt();

  boost::asio::io_context& loop_;
  ToolRegistry& registry_;
  Sandbox& sandbox_;
  Dispatcher& dispatcher_;
  std::shared_ptr<OutputTurns> output_turns_;
  std::unordered_set<std::string> asked_;  // see key_of()
  std::unique_ptr<SandboxedRun> run_;
  Signal changed_;
  bool interrupted_ = false;
  bool stopped_ = false;
};

}  // namespace glovebox
