// The namespaces tier's way with jobs: an init in fresh namespaces, whose end is the end of all.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>
#include <optional>

#include "base/os.h"
#include "sandbox/job_init.h"
#include "sandbox/job_tier.h"
#include "sandbox/packet.h"
#include "sandbox/pidfd.h"
#include "sandbox/process_watch.h"
#include "sandbox/setup_step.h"

namespace glovebox {
namespace {

constexpr int kJobNamespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;

std::optional<struct statfs> status_of(const UniqueFd& upper) {
  struct statfs status;
  if (!upper.valid() || ::fstatfs(upper.get(), &status) != 0) return std::nullopt;
  return status;
}

class InitProcesses final : public JobProcesses {
 public:
  InitProcesses(os::CloneResult init, UniqueFd& upper, int from_init)
      : init_(std::move(init)), upper_(upper), from_init_(from_init) {}

  // For want of cgroups.
  void watch_by(int proc_dir, JobReport* report) {
    // It is the only one; its number there may be another than here.
    std::vector<pid_t> children = children_seen_in(proc_dir);
    watch_.emplace(proc_dir, WatchScope::kDescendants, children.empty() ? -1 : children.front(),
                   report);
  }

  const UniqueFd& end() const override { return init_.pidfd; }
  // As process 1 of its namespace it takes every other process with it (pid_namespaces(7)).
  void kill() override { pidfd_kill(init_.pidfd); }
  void look() override {
    if (!watch_) return;
    if (!upper_.valid()) receive_upper();
    auto status = status_of(upper_);
    watch_->look(status ? static_cast<std::int64_t>(status->f_blocks - status->f_bfree) *
                              status->f_bsize
                        : 0);
  }
  std::chrono::milliseconds look_every() const override {
    return watch_ ? kWatchEvery : JobProcesses::look_every();
  }
  void receive_upper() {
    for (;;) {
      Result<Packet> packet = receive_packet(from_init_, false);
      if (packet.has_error() || packet->empty || packet->end) return;
      if (!packet->fds.empty()) upper_ = std::move(packet->fds.front());
    }
  }

 private:
  os::CloneResult init_;
  UniqueFd& upper_;
  int from_init_;
  std::optional<ProcessWatch> watch_;
};

class NamespaceJobs final : public JobTier {
 public:
  NamespaceJobs(const SlotConfig& config, CgroupMeter& meter,
                std::pair<UniqueFd, UniqueFd> from_init, WorkspaceStamp* stamp)
      : config_(config), meter_(meter), from_init_(std::move(from_init)), stamp_(stamp) {}

  Result<std::unique_ptr<JobProcesses>> start(SandboxSpec& spec, const JobStreams& streams,
                                              JobReport* report) override {
    JobPlan plan = make_plan(spec);
    plan.streams = streams;
    plan.report = report;
    os::CloneResult init;
    GB_TRY_VOID(setup_step("clone-init", [&] { return clone_scored_init(init); }));
    if (init.pid == 0) run_job_init(plan);
    init_pid_ = init.pid;
    auto job = std::make_unique<InitProcesses>(std::move(init), upper_, from_init_.first.get());
    bool counted = meter_.has_memory() && meter_.has_pids() && meter_.has_cpu_time();
    if (!counted) job->watch_by(config_.host_proc.get(), report);
    job_ = job.get();
    return std::unique_ptr<JobProcesses>(std::move(job));
  }

  Result<rusage> reap(JobReport*) override {
    rusage used{};
    GB_TRY_VOID(os::check(::wait4(init_pid_, nullptr, 0, &used), "wait4", "init"));
    job_->receive_upper();
    // What the job has left in memory may stand at the limit, under which we live too.
    (void)meter_.release_memory();
    return used;
  }

  UniqueFd take_written() override {
    return UniqueFd(upper_.valid() ? ::fcntl(upper_.get(), F_DUPFD_CLOEXEC, 3) : -1);
  }

  bool disk_is_full() const override {
    auto status = status_of(upper_);
    // A tool that was told ENOSPC may have given a little back on its way out.
    return status && (status->f_bavail <= status->f_blocks / 100 || status->f_ffree == 0);
  }

  // All that lies in an overlay's upper layer; of a copy what is not as it was copied.
  bool is_artifact(const struct stat& file) const override {
    return stamp_->begin.tv_sec == 0 || stamp_->is_later(file);
  }

  Result<void> clean_up() override {
    upper_.reset();
    *stamp_ = {};
    return ok();
  }

 private:
  // A job is chosen before its supervisor when its memory runs out, also where files in memory hold
  // it and no process looks large. It is born with that score; lowering ours again wants no
  // privilege, since it does not go below where the launcher put it.
  Result<void> clone_scored_init(os::CloneResult& init) const {
    GB_TRY_VOID(os::write_fd(config_.oom_score.get(), "1000", "oom_score_adj"));
    GB_TRY(init, os::clone_process(kJobNamespaces));
    if (init.pid == 0) return ok();
    return os::write_fd(config_.oom_score.get(), kSlotOomScore, "oom_score_adj");
  }

  JobPlan make_plan(SandboxSpec& spec) const {
    PlanOptions options;
    options.change_id = config_.ids.own_ids;
    options.landlock_abi = config_.landlock_abi;
    options.has_pids = meter_.has_pids();
    options.has_memory = meter_.has_memory();
    JobPlan plan = make_job_plan(spec, options);
    plan.own_proc = config_.own_proc;
    plan.supervisor = from_init_.second.get();
    plan.stamp = stamp_;
    return plan;
  }

  const SlotConfig& config_;
  CgroupMeter& meter_;
  std::pair<UniqueFd, UniqueFd> from_init_;  // {ours, the init's}
  WorkspaceStamp* stamp_;                    // in a page that the init shares
  pid_t init_pid_ = 0;
  InitProcesses* job_ = nullptr;  // the supervisor's, until it is reaped
  UniqueFd upper_;
};

}  // namespace

std::unique_ptr<JobTier> make_namespace_jobs(const SlotConfig& config, CgroupMeter& meter) {
  Result<std::pair<UniqueFd, UniqueFd>> from_init = os::seqpacket_pair();
  void* page = ::mmap(nullptr, sizeof(WorkspaceStamp), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (from_init.has_error() || page == MAP_FAILED) return nullptr;
  return std::make_unique<NamespaceJobs>(config, meter, std::move(*from_init),
                                         new (page) WorkspaceStamp());
}

}  // namespace glovebox
