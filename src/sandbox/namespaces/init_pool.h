// The init of a slot's jobs: cloned before its job is known, and reused for the next job as far as
// the last one has provably changed nothing (docs/sandbox.md, "An init that stays"). This is the
// only place that decides what is reused. At most one init at a time.
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

// What the supervisor knows of a job that has ended. What the job left in its files the pool looks
// up itself.
struct JobEvidence {
  bool ended_by_itself = false;  // not by a limit, a cancel or a lack of memory
  bool used_ipc = false;         // it may have made an object of its IPC namespace
};

class InitPool {
 public:
  // All are borrowed. Null where the kernel refuses what every slot needs.
  static std::unique_ptr<InitPool> create(const SlotConfig& config, CgroupMeter& meter,
                                          CallWatch& calls);

  // Starts the job: in the init that waits, or in a new one. `plan` must stay as it is until the
  // init has been given back, with the streams that it names.
  Result<void> take(const JobPlan& plan);
  // After take(): the pidfd of its init; readable when the init has ended.
  const UniqueFd& end() const { return init_.pidfd; }
  // Readable when the job is over and the init waits for what becomes of it.
  const UniqueFd& over() const { return done_; }
  // To be set by whoever kills or terminates the job: its init is then not reused.
  bool& killed() { return killed_; }
  JobShared& shared() const { return *slot_.shared; }

  // Once the job is over: what its init and all below it used, where that is not counted by
  // cgroups. An Error: not every process of it is gone, and the slot must end.
  Result<rusage> reap(JobReport* report);
  // After reap(), when the job's end has been sent. Prepares for the next job; ends the init, or
  // replaces its mounts, where the evidence does not show that they are as new.
  void give_back(const JobEvidence& evidence);

  // For how long what was mounted for the last job may be kept without a job; -1: for ever. A
  // project or a root that is removed meanwhile is not freed before.
  std::chrono::milliseconds keeps_for() const;
  // That time is over.
  void release();

 private:
  // Another root than the slot's, as the folder was when the init entered it.
  struct Root {
    std::string name;
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Root&) const = default;
  };
  // What an init has mounted for a job. Equal: the mounts of one serve the other.
  struct Work {
    std::string project;
    std::string disk_options;
    // Of the project's folder in the store: a mount of one that was removed, and stored again,
    // shows the old one. While it is mounted no other folder has its number.
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
  // Ends an init that is in another root than the job's: an init enters one root only.
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
  int last_own_;           // above it are the descriptors of a job
  std::span<char> stack_;  // the init's
  InitPlan slot_;
  JobReport spare_{};  // of an init that has no job yet
  InitStart start_;
  os::CloneResult init_;
  InitState state_ = InitState::kAbsent;
  int jobs_ = 0;         // of this init
  bool killed_ = false;  // by us
  bool is_like_last_ = false;
  Root root_;                    // that the init is in; no name: the slot's
  std::optional<Work> mounted_;  // in kMounted
  std::optional<Work> last_;     // of the last job
};

}  // namespace glovebox
