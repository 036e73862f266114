// The init of a slot's jobs. It is cloned before its job is known, and is reused for the next job
// as far as the last job provably changed nothing (docs/sandbox.md, "Reusing an init"). Only
// this class decides what is reused. There is at most one init at a time.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/os.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/cgroup/cgroup_meter.h"
#include "sandbox/exec/job_plan.h"
#include "sandbox/namespaces/init_state.h"
#include "sandbox/namespaces/job_init.h"
#include "sandbox/seccomp/call_watch.h"
#include "sandbox/slot/slot.h"

namespace glovebox {

// What the supervisor knows about a job that has ended. The pool itself checks what the job left in
// its files.
struct JobEvidence {
  bool ended_by_itself = false;  // not by a limit, a cancel or lack of memory
  bool used_ipc = false;         // it may have created an object in its IPC namespace
};

class InitPool {
 public:
  // All pointers are borrowed. Returns null if the kernel refuses something that every slot needs.
  static std::unique_ptr<InitPool> create(const SlotConfig& config, CgroupMeter& meter,
                                          CallWatch& calls);

  // Starts the job in the waiting init or in a new one. `plan` and its streams must not change
  // until the init has been given back.
  Result<void> take(const JobPlan& plan);
  // After take(): the pidfd of the init; readable when the init has ended.
  const UniqueFd& end() const { return init_.pidfd; }
  // Readable when the job has ended and the init waits for the decision about reuse.
  const UniqueFd& over() const { return done_; }
  // Set it before the job is killed or terminated: its init is then not reused.
  bool& killed() { return killed_; }
  JobShared& shared() const { return *slot_.shared; }

  // After the job has ended: the usage of the init and all processes below it, if cgroups do not
  // count it. An Error means that not every process of the job is gone, and the slot must end.
  Result<rusage> reap(JobReport* report);
  // After reap(), when the job's end has been sent. Prepares for the next job. Ends the init or
  // replaces its mounts, unless the evidence shows that they are unchanged.
  void give_back(const JobEvidence& evidence);

  // How long the mounts of the last job may be kept without a job; -1: without limit. The disk
  // space of a project or root that is removed meanwhile is not freed before that.
  std::chrono::milliseconds keeps_for() const;
  // Call when that time has passed.
  void release();

 private:
  // A root other than the slot's, identified by the folder at the time when the init entered it.
  struct Root {
    std::string name;
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Root&) const = default;
  };
  // What an init has mounted for a job. If two are equal, the mounts of one can be used for the
  // other.
  struct Work {
    std::string project;
    std::string disk_options;
    // The inode of the project's folder in the store. If a project was removed and stored again, an
    // old mount shows the old folder. While it is mounted, no other folder has its number.
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Work&) const = default;
  };
  // O_PATH, for the ruleset of each job.
  struct Folders {
    UniqueFd root;
    UniqueFd dev;
  };

  InitPool(const SlotConfig& config, CgroupMeter& meter, CallWatch& calls, Folders folders,
           UniqueFd done, JobShared* shared, std::span<char> stack);
  static Work work_of(const JobPlan& plan);
  static Root root_of(const JobPlan& plan);

  void change(InitEvent event);
  bool lives();
  // Ends an init that is in a root other than the job's: an init can enter only one root.
  Result<void> leave_root(const Root& wanted);
  bool can_be_reused() const;
  bool is_counted() const;
  bool left_no_trace();
  Result<void> clone(JobReport* report, std::uint32_t word);
  bool renew();
  void replace();
  Result<void> bury(rusage* used = nullptr);
  void rest();
  Result<void> take_score();
  void close_opened();
  void forget_opened();

  const SlotConfig& config_;
  CgroupMeter& meter_;
  CallWatch& calls_;
  Folders folders_;
  UniqueFd done_;          // see InitPlan
  int last_own_;           // a job's descriptors are above it
  std::span<char> stack_;  // of the init
  InitPlan slot_;
  JobReport spare_{};  // of an init that has no job yet
  InitStart start_;
  os::CloneResult init_;
  InitState state_ = InitState::kAbsent;
  int jobs_ = 0;         // of this init
  bool killed_ = false;  // by the supervisor
  bool is_like_last_ = false;
  Root root_;                    // the root that the init is in; no name: the slot's
  std::optional<Work> mounted_;  // only in kMounted
  std::optional<Work> last_;     // of the last job
};

}  // namespace glovebox
