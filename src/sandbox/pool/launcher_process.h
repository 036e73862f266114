// The server's handle of the launcher process. The launcher is the only process with privileges. It
// is forked before any thread exists, creates the slots, watches them and replaces slots that die;
// jobs run inside the slots. See docs/sandbox.md.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "sandbox/launcher/launcher_options.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Destroying it ends the launcher, its slots and jobs.
class LauncherProcess {
 public:
  // Forks the launcher; call while the process has one thread. Returns when every slot is ready, or
  // the Error of the set-up step that failed, in each tier that was tried. The sandbox is never
  // weaker than reported. A restarted launcher uses the tier of the first one.
  static Result<LauncherProcess> spawn(const LauncherOptions& options);
  // spawn() in two parts, so that the caller can do other work in between, still with one thread:
  // begin() returns as soon as the launcher is forked. The functions below may be called only after
  // stand() has returned.
  static Result<LauncherProcess> begin(const LauncherOptions& options);
  Result<void> stand();

  LauncherProcess(LauncherProcess&&) noexcept;
  LauncherProcess& operator=(LauncherProcess&&) noexcept;
  ~LauncherProcess();

  int pid() const;
  std::size_t slots() const;
  const IsolationReport& isolation() const;
  // The interface for running jobs; takes over the launcher's control socket. Call once. `on_lost`
  // is called once, with the reason, when no job can be run any more: the process should then exit
  // and be restarted.
  using OnLost = std::function<void(const std::string& why)>;
  std::unique_ptr<Sandbox> make_sandbox(
      boost::asio::io_context& loop, OnLost on_lost = [](const std::string&) {});

 private:
  struct State;
  static Result<std::unique_ptr<State>> fork_keeper(const LauncherOptions& options, Tier tier);

  explicit LauncherProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What this host supports, determined by trying it in throwaway processes.
IsolationReport probe_isolation();

}  // namespace glovebox
