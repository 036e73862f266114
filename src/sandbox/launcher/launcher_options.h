// How a launcher makes its slots. The server fills this in before it has any thread.
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
  // Whose folders a spec may name as its project; must exist. Every slot sees it, no job does.
  std::filesystem::path project_root;
  // Whose folders a spec may name as its root; empty: none. Every slot of the namespaces tier sees
  // it, read-only. Jobs run as an id that owns nothing there, so its files must be readable by all.
  std::filesystem::path roots_dir;
  // Where the landlock tier keeps the copies that its jobs work on; made where it is missing, and
  // best on a tmpfs. Nobody else's: what is found in it is removed.
  std::filesystem::path work_root;
  // kNone: namespaces, and where they cannot be had the landlock tier. Else that tier or none.
  Tier tier = Tier::kNone;
  // This process has no children but ours and `other_children`. Then whatever falls to it when
  // keeper and launcher are killed is what is left of jobs, and ended.
  bool end_orphans = false;
  std::vector<pid_t> other_children;
  // Between a keeper and its launchers, in memory that they share: every slot was ready once, so a
  // later failure is worth another try.
  std::atomic<bool>* have_stood = nullptr;
  // For tests: the set-up step of that name (see sandbox/setup_step.h) fails with that errno, from
  // the start, or in every job but the first one of a slot, which proves that it works.
  std::string fail_step;
  int fail_errno = 0;
  bool fail_after_proof = false;
  // For tests: no more of Landlock is used than this ABI has, as on an older kernel; 0: all of it.
  int landlock_abi_at_most = 0;
};

}  // namespace glovebox
