// The namespaces tier's way with jobs: an init in fresh namespaces, whose end is the end of all.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>
#include <optional>
#include <span>

#include "base/os.h"
#include "sandbox/job_init.h"
#include "sandbox/job_tier.h"
#include "sandbox/packet.h"
#include "sandbox/pidfd.h"
#include "sandbox/process_watch.h"
#include "sandbox/setup_step.h"

namespace glovebox {
namespace {

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

// O_PATH, for the ruleset of each job.
struct JobFolders {
  UniqueFd root;
  UniqueFd dev;
};

// Below it a page that nobody may touch. Null where there is no memory.
char* map_stack() {
  constexpr std::size_t kGuard = 4096 * 16;  // a page, however large they are
  void* all = ::mmap(nullptr, kGuard + kInitStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (all == MAP_FAILED || ::mprotect(all, kGuard, PROT_NONE) != 0) return nullptr;
  return static_cast<char*>(all) + kGuard;
}

class NamespaceJobs final : public JobTier {
 public:
  NamespaceJobs(const SlotConfig& config, CgroupMeter& meter, JobFolders folders,
                std::pair<UniqueFd, UniqueFd> from_init, JobShared* shared, std::span<char> stack)
      : config_(config),
        meter_(meter),
        folders_(std::move(folders)),
        from_init_(std::move(from_init)),
        shared_(shared),
        stack_(stack) {}

  Result<std::unique_ptr<JobProcesses>> start(SandboxSpec& spec, const JobStreams& streams,
                                              JobReport* report) override {
    make_plan(spec);
    plan_.streams = streams;
    plan_.report = report;
    os::CloneResult init;
    GB_TRY_VOID(setup_step("clone-init", [&] { return clone_scored_init(init); }));
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
    if (shared_->scored) GB_TRY_VOID(score(kSlotOomScore));
    shared_->scored = false;
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
    return shared_->stamp.begin.tv_sec == 0 || shared_->stamp.is_later(file);
  }

  Result<void> clean_up() override {
    upper_.reset();
    shared_->stamp = {};
    return ok();
  }

 private:
  // A job is chosen before its supervisor when its memory runs out, also where files in memory hold
  // it and no process looks large. It is born with that score; the init lowers ours again once the
  // tool has it, which wants no privilege, since it does not go below where the launcher put it.
  Result<void> clone_scored_init(os::CloneResult& init) {
    GB_TRY_VOID(score("1000"));
    shared_->scored = true;
    GB_TRY(init, start_job_init(plan_, stack_));
    return ok();
  }

  Result<void> score(std::string_view text) const {
    return os::write_fd(config_.oom_score.get(), text, "oom_score_adj");
  }

  void make_plan(SandboxSpec& spec) {
    PlanOptions options;
    options.change_id = config_.ids.own_ids;
    options.has_pids = meter_.has_pids();
    options.has_memory = meter_.has_memory();
    plan_ = make_job_plan(spec, options);
    plan_.rlimits = rlimits_.to_set(plan_.rlimits);
    plan_.landlock = {config_.landlock_abi, folders_.root.get(), folders_.dev.get()};
    plan_.own_proc = config_.own_proc;
    plan_.own_memory = shared_->overlay != OverlayUse::kOverlay;
    plan_.supervisor = from_init_.second.get();
    plan_.oom_score = config_.oom_score.get();
    plan_.shared = shared_;
  }

  const SlotConfig& config_;
  CgroupMeter& meter_;
  RlimitsNow rlimits_;
  JobFolders folders_;
  std::pair<UniqueFd, UniqueFd> from_init_;  // {ours, the init's}
  JobShared* shared_;
  std::span<char> stack_;  // the init's
  JobPlan plan_;           // of the job under way: its init reads it
  pid_t init_pid_ = 0;
  InitProcesses* job_ = nullptr;  // the supervisor's, until it is reaped
  UniqueFd upper_;
};

}  // namespace

std::unique_ptr<JobTier> make_namespace_jobs(const SlotConfig& config, CgroupMeter& meter) {
  Result<std::pair<UniqueFd, UniqueFd>> from_init = os::seqpacket_pair();
  Result<UniqueFd> root = os::open("/", O_PATH);
  Result<UniqueFd> dev = os::open("/dev", O_PATH);
  char* stack = map_stack();
  void* page =
      ::mmap(nullptr, sizeof(JobShared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  bool made = from_init && root && dev && stack && page != MAP_FAILED;
  if (!made) return nullptr;
  ::umask(0);  // what an init makes has the mode that was asked for; a tool has its own
  JobFolders folders{std::move(*root), std::move(*dev)};
  return std::make_unique<NamespaceJobs>(config, meter, std::move(folders), std::move(*from_init),
                                         new (page) JobShared(), std::span(stack, kInitStackBytes));
}

}  // namespace glovebox
