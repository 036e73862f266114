// A job's init in the namespaces tier: process 1 of its PID namespace. It mounts what the job may
// write, starts the tool as process 2, reaps, and ends with the tool: the kernel then kills all
// remaining processes of the job.
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
// Whether file times show every change; see job_traces.h.
enum class FolderTimes { kUnknown, kFine, kCoarse };

// In a page that a supervisor and the inits of its jobs share, even if an init has its own memory.
struct JobShared {
  WorkspaceStamp stamp;  // set if the project is copied
  OverlayUse overlay = OverlayUse::kUnknown;
  bool scored = false;                   // the supervisor has the job's score for the OOM killer
  std::atomic<bool> terminating{false};  // the job has been asked to end
  std::atomic<int> upper{-1};            // a descriptor of the folder with what the job wrote below
                                         // /work
  std::int64_t size_of_empty = -1;       // of that folder, as returned by stat(2)
  FolderTimes times = FolderTimes::kUnknown;
  JobFolderFds folders;
  int mounts = -1;   // a descriptor of the mount namespace
  int ruleset = -1;  // a Landlock descriptor; -1 if there is none
  JobTraces traces;  // of a reusable init: before its first job started
};

// The same for all inits of a slot.
struct InitPlan {
  bool change_id = false;  // to kJobId
  bool own_proc = true;    // otherwise /proc stays empty
  JobRuleset landlock;
  int oom_score = -1;        // the supervisor's oom_score_adj, see proc(5)
  std::string disk_options;  // of a tmpfs made before its job is known
  JobShared* shared = nullptr;
  int last_pid = -1;  // see SlotConfig; -1: no init can be reused
  int done = -1;      // an eventfd on which an init reports that its job has ended, or that it has
                      // unmounted
};

// Values of InitStart::word. The init resets the word when it has done what the word asked for.
inline constexpr std::uint32_t kInitWaits = 0;
inline constexpr std::uint32_t kInitGoes = 1;
// Unmount what was mounted for the last job, report that, and prepare for any job.
inline constexpr std::uint32_t kInitRenews = 2;

// One init, from its clone to its end.
struct InitStart {
  const InitPlan* slot = nullptr;
  const JobPlan* job = nullptr;  // must be complete before the init may start the job
  JobReport* report = nullptr;   // for what fails before that
  bool own_memory = false;       // it has its own memory, so it can copy a project
  // Both are set before each job (init_pool.h):
  bool reusable = false;  // when every other process of the job has ended, it waits for another job
  bool remount = false;   // the mounts of another job cannot be used for this one
  std::atomic<std::uint32_t> word{kInitWaits};
};

inline constexpr std::size_t kInitStackBytes = 64 << 10;

// Clones the init, with the caller's descriptor table. It makes the preparations that are the same
// for every job and then waits. Its exit status is not used; the report is. What it was given,
// including the job's streams, must not change until it has been reaped or reports that the job has
// ended. The caller closes what the init has opened after reaping it.
Result<os::CloneResult> start_job_init(InitStart& start, std::span<char> stack);
// Sets the word of an init that shares our memory: start a job, or unmount the last one.
void tell_init(InitStart& start, std::uint32_t word);

}  // namespace glovebox
