// The jobs of the namespaces tier. Each runs below an init in its own namespaces; the end of the
// init is the end of every process in them. InitPool decides which init is used.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <memory>

#include "base/os.h"
#include "sandbox/namespaces/init_pool.h"
#include "sandbox/namespaces/init_processes.h"
#include "sandbox/seccomp/call_watch.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/job_tier.h"

namespace glovebox {
namespace {

class NamespaceJobs final : public JobTier {
 public:
  NamespaceJobs(const SlotConfig& config, CgroupMeter& meter)
      : config_(config), meter_(meter), calls_(config.calls.get()) {}

  bool open() {
    inits_ = InitPool::create(config_, meter_, calls_);
    return inits_ != nullptr;
  }

  Result<std::unique_ptr<JobProcesses>> start(SandboxSpec& spec, const JobStreams& streams,
                                              JobReport* report) override {
    make_plan(spec);
    plan_.streams = streams;
    plan_.report = report;
    calls_.begin(spec.allow_ipc, report);
    GB_TRY_VOID(setup_step("clone-init", [&] { return inits_->take(plan_); }));
    auto job = std::make_unique<InitProcesses>(
        InitProcesses::Channels{inits_->end(), inits_->over(), calls_, inits_->killed()},
        inits_->shared());
    bool is_counted = meter_.has_memory() && meter_.has_pids() && meter_.has_cpu_time();
    if (!is_counted) job->watch_by(config_.host_proc.get(), report);
    return std::unique_ptr<JobProcesses>(std::move(job));
  }

  Result<rusage> reap(JobReport* report) override { return inits_->reap(report); }

  // A folder of a tmpfs has a size proportional to its number of entries.
  UniqueFd take_written() override {
    const JobShared& shared = inits_->shared();
    int upper = shared.upper;
    struct stat now;
    bool has_any = upper >= 0 && ::fstat(upper, &now) == 0 && now.st_size != shared.size_of_empty;
    return UniqueFd(has_any ? ::fcntl(upper, F_DUPFD_CLOEXEC, 3) : -1);
  }

  bool disk_is_full() const override {
    auto status = status_of(inits_->shared().upper);
    // A tool that got ENOSPC may have freed a little space before it ended.
    return status && (status->f_bavail <= status->f_blocks / 100 || status->f_ffree == 0);
  }

  // With an overlay: everything in the upper layer. With a copy: what differs from the copied
  // state.
  bool is_artifact(const struct stat& file) const override {
    const WorkspaceStamp& stamp = inits_->shared().stamp;
    return stamp.begin.tv_sec == 0 || stamp.is_later(file);
  }

  Result<void> clean_up() override {
    inits_->shared().stamp = {};
    return ok();
  }

  void prepare_next(const Outcome& outcome) override {
    JobEvidence evidence;
    evidence.ended_by_itself =
        std::holds_alternative<Exited>(outcome) || std::holds_alternative<Signaled>(outcome);
    evidence.used_ipc = calls_.ipc_used();
    inits_->give_back(evidence);
  }
  std::chrono::milliseconds idle_patience() const override { return inits_->keeps_for(); }
  void release_idle() override { inits_->release(); }

 private:
  void make_plan(SandboxSpec& spec) {
    PlanOptions options;
    options.change_id = config_.ids.own_ids;
    options.has_pids = meter_.has_pids();
    options.has_memory = meter_.has_memory();
    plan_ = make_job_plan(spec, options);
    plan_.rlimits = rlimits_.to_set(plan_.rlimits);
  }

  const SlotConfig& config_;
  CgroupMeter& meter_;
  RlimitsNow rlimits_;
  CallWatch calls_;
  JobPlan plan_;  // of the current job: its init reads it
  std::unique_ptr<InitPool> inits_;
};

}  // namespace

std::unique_ptr<JobTier> make_namespace_jobs(const SlotConfig& config, CgroupMeter& meter) {
  ::umask(0);  // files of an init get exactly the requested mode; a tool has its own umask
  auto jobs = std::make_unique<NamespaceJobs>(config, meter);
  if (!jobs->open()) return nullptr;
  return jobs;
}

}  // namespace glovebox
