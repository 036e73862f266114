// How a launcher creates its slots. The server fills this in before it starts any thread.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "model/isolation.h"

namespace glovebox {

struct LauncherOptions {
  std::size_t slots = 1;
  // The folder of all projects that a spec may name; must exist. Every slot sees it, no job does.
  std::filesystem::path project_root;
  // The folder of all roots that a spec may name; empty: none. Every slot of the namespaces tier
  // sees it, read-only. Jobs run with an id that owns nothing there, so its files must be readable
  // by everybody.
  std::filesystem::path roots_dir;
  // Where the landlock tier keeps the copies that its jobs work on. It is created if missing, and
  // is best on a tmpfs. It must not be used for anything else: its content is removed.
  std::filesystem::path work_root;
  // kNone: namespaces or, if they are not available, the landlock tier. Otherwise only that tier.
  Tier tier = Tier::kNone;
  // This process has no other children except `other_children`. Processes that become its children
  // when keeper and launcher are killed are then remains of jobs, and are killed.
  bool end_orphans = false;
  std::vector<pid_t> other_children;
  // Shared memory between a keeper and its launchers: every slot was ready once, so the keeper
  // restarts the launcher after a later failure.
  std::atomic<bool>* have_stood = nullptr;
  // For tests: the set-up step of that name (see sandbox/setup_step.h) fails with that errno,
  // either from the start, or in every job except the first one of a slot, which proves that the
  // slot works.
  std::string fail_step;
  int fail_errno = 0;
  bool fail_after_proof = false;
  // For tests: use Landlock only up to this ABI, as on an older kernel; 0: all of it.
  int landlock_abi_at_most = 0;
};

}  // namespace glovebox
