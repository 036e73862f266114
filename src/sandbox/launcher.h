// The launcher: the only process with privileges. It is forked before any thread exists, makes the
// slots, watches them and replaces those that die; jobs run inside the slots. See docs/sandbox.md.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/sandbox.h"

namespace glovebox {

struct LauncherOptions {
  std::size_t slots = 1;
  // Whose folders a spec may name as its project; must exist. Every slot sees it, no job does.
  std::filesystem::path project_root;
  // Where the landlock tier keeps the copies that its jobs work on; made where it is missing, and
  // best on a tmpfs. Nobody else's: what is found in it is removed.
  std::filesystem::path work_root;
  // kNone: namespaces, and where they cannot be had the landlock tier. Else that tier or none.
  Tier tier = Tier::kNone;
  // This process has no children but ours. Then whatever falls to it when keeper and launcher are
  // killed is what is left of jobs, and ended.
  bool end_orphans = false;
  // Between a keeper and its launchers, in memory that they share: every slot stood once, so that
  // what fails later is worth another try.
  std::atomic<bool>* have_stood = nullptr;
  // For tests: the set-up step of that name (see sandbox/setup_step.h) fails with that errno, from
  // the start, or in every job but the first one of a slot, which proves that it works.
  std::string fail_step;
  int fail_errno = 0;
  bool fail_after_proof = false;
  // For tests: no more of Landlock is used than this ABI has, as on an older kernel; 0: all of it.
  int landlock_abi_at_most = 0;
};

// The launcher process as its parent holds it. Destroying it ends the launcher, its slots and jobs.
class LauncherProcess {
 public:
  // Forks the launcher; call while the process has one thread. Returns once every slot stands, or
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
