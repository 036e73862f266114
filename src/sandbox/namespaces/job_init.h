// A job's init in the namespaces tier: process 1 of its PID namespace. It mounts what the job may
// write, starts the tool as process 2, reaps, and ends with the tool: the kernel then kills
// whatever is left of the job.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "base/os.h"
#include "sandbox/exec/job_plan.h"
#include "sandbox/landlock/landlock_domain.h"
#include "sandbox/landlock/workspace.h"
#include "sandbox/namespaces/job_traces.h"

namespace glovebox {

// Whether /work can be an overlay here, or has to be a copy of the project.
enum class OverlayUse { kUnknown, kOverlay, kCopy };
// Whether they tell of every change: see job_traces.h.
enum class FolderTimes { kUnknown, kFine, kCoarse };

// In a page that a supervisor and the inits of its jobs share, whosever memory they have.
struct JobShared {
  WorkspaceStamp stamp;  // filled where the project is copied
  OverlayUse overlay = OverlayUse::kUnknown;
  bool scored = false;                   // the supervisor has the job's score for the OOM killer
  std::atomic<bool> terminating{false};  // the job has been asked to end
  std::atomic<int> upper{-1};       // the folder of what the job wrote below /work, a descriptor
  std::int64_t size_of_empty = -1;  // of that folder, as stat(2) tells it
  FolderTimes times = FolderTimes::kUnknown;
  JobFolderFds folders;
  int mounts = -1;   // the mount namespace, a descriptor
  int ruleset = -1;  // of Landlock, a descriptor; -1 where there is none
  JobTraces traces;  // of a reusable init: before its first job began
};

// What is the same for all inits of a slot.
struct InitPlan {
  bool change_id = false;  // to kJobId
  bool own_proc = true;    // else /proc stays empty
  JobRuleset landlock;
  int oom_score = -1;        // the supervisor's oom_score_adj, see proc(5)
  std::string disk_options;  // of a tmpfs made before its job is known
  JobShared* shared = nullptr;
  int last_pid = -1;  // see SlotConfig; -1: no init can be reused
  int done = -1;      // an eventfd: there an init says that its job is over, or unmounted
};

// InitStart::word. An init that has none waits; it takes back what it has done.
inline constexpr std::uint32_t kInitWaits = 0;
inline constexpr std::uint32_t kInitGoes = 1;
// What was mounted for the last job is taken apart, which it says, and made ready for any.
inline constexpr std::uint32_t kInitRenews = 2;

// One init, from its clone to its end.
struct InitStart {
  const InitPlan* slot = nullptr;
  const JobPlan* job = nullptr;  // complete once it may go
  JobReport* report = nullptr;   // for what fails before that
  bool own_memory = false;       // it is a copy of the supervisor: it can copy a project
  // Both are set before each job (init_pool.h):
  bool reusable = false;  // once every other process of the job is gone, it waits for another job
  bool remount = false;   // what is mounted for another job is of no use for this one
  std::atomic<std::uint32_t> word{kInitWaits};
};

inline constexpr std::size_t kInitStackBytes = 64 << 10;

// Clones it, with the caller's table of descriptors. It makes what no job makes different, then
// waits until it may go. Its exit status is not looked at, the report is. What it was given, the
// job's streams among it, must stay as it is until it has been reaped or says that the job is over;
// what it has opened is the caller's to close once it has been reaped.
Result<os::CloneResult> start_job_init(InitStart& start, std::span<char> stack);
// The job is known now, or was: a word for an init that shares our memory.
void tell_init(InitStart& start, std::uint32_t word);

}  // namespace glovebox
