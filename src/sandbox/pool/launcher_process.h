// The launcher process as the server holds it. The launcher is the only process with privileges. It
// is forked before any thread exists, makes the slots, watches them and replaces those that die;
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
  // Forks the launcher; call while the process has one thread. Returns once every slot is ready, or
  // with the Error of the set-up step that failed, named, in each tier that was tried: never with a
  // weaker sandbox than reported. A launcher that is started again has the tier of the first.
  static Result<LauncherProcess> spawn(const LauncherOptions& options);
  // spawn() in two halves, for who has other work to do meanwhile, still with one thread: begin()
  // returns as soon as the launcher is forked. Nothing below may be called before stand() was.
  static Result<LauncherProcess> begin(const LauncherOptions& options);
  Result<void> stand();

  LauncherProcess(LauncherProcess&&) noexcept;
  LauncherProcess& operator=(LauncherProcess&&) noexcept;
  ~LauncherProcess();

  int pid() const;
  std::size_t slots() const;
  const IsolationReport& isolation() const;
  // The job-facing side; takes over the launcher's control socket. Call once. `on_lost` is called
  // once, when nothing can be run any more, with the reason: end this process, and start another.
  using OnLost = std::function<void(const std::string& why)>;
  std::unique_ptr<Sandbox> make_sandbox(
      boost::asio::io_context& loop, OnLost on_lost = [](const std::string&) {});

 private:
  struct State;
  static Result<std::unique_ptr<State>> fork_keeper(const LauncherOptions& options, Tier tier);

  explicit LauncherProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What this host would give, found by trying in throwaway processes. Never assumed.
IsolationReport probe_isolation();

}  // namespace glovebox
