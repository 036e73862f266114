// The namespaces tier's way with jobs: an init in fresh namespaces, whose end is the end of all.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <new>
#include <optional>
#include <span>

#include "base/os.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/exec/tool_start.h"
#include "sandbox/namespaces/init_processes.h"
#include "sandbox/namespaces/job_init.h"
#include "sandbox/seccomp/call_watch.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/job_tier.h"
#include "sandbox/slot/job_watch.h"

namespace glovebox {
namespace {

// O_PATH, for the ruleset of each job.
struct JobFolders {
  UniqueFd root;
  UniqueFd dev;
};

// The last of this process's descriptors. Below it no number is left free: what a job opens stands
// above.
int close_ranks(const UniqueFd& filler) {
  int last = 2;
  for (int fd = 3; fd < 1024; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) last = fd;
  }
  int added = 0;
  while (added >= 0 && added < last) added = ::fcntl(filler.get(), F_DUPFD_CLOEXEC, 3);
  return std::max(last, added);
}

// Below it a page that nobody may touch. Null where there is no memory.
char* map_stack() {
  constexpr std::size_t kGuard = 4096 * 16;  // a page, however large they are
  void* all = ::mmap(nullptr, kGuard + kInitStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (all == MAP_FAILED || ::mprotect(all, kGuard, PROT_NONE) != 0) return nullptr;
  return static_cast<char*>(all) + kGuard;
}

// What an init mounts for its first job, and keeps for others if it stays.
struct Work {
  std::string project;
  std::string disk_options;
  // Of the project's folder in the store: a mount of one that was removed, and stored again, shows
  // the old one. While it is mounted no other folder has its number.
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const Work&) const = default;
};

Work work_of(const JobPlan& plan) {
  Work work{plan.project, plan.disk_options};
  struct stat folder;
  if (plan.project.empty() || ::stat(("store/" + plan.project).c_str(), &folder) != 0) return work;
  work.device = folder.st_dev;
  work.inode = folder.st_ino;
  return work;
}

// Whatever could add up in what an init keeps, and no trace tells of, ends here.
constexpr int kMostJobsOfAnInit = 250;
// A project that is removed is not held any longer than that by an init that has it mounted.
constexpr std::chrono::milliseconds kLongestStay{1000};

// Taking mounts apart waits for all CPUs; under load that takes its time.
constexpr std::chrono::seconds kRenewPatience{20};

// poll(2), again where a signal came between, though they all are blocked.
int poll_within(pollfd* fds, nfds_t count, std::chrono::milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    int ready = ::poll(fds, count, std::max(0, static_cast<int>(left.count())));
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

class NamespaceJobs final : public JobTier {
 public:
  NamespaceJobs(const SlotConfig& config, CgroupMeter& meter, JobFolders folders, UniqueFd done,
                JobShared* shared, std::span<char> stack)
      : config_(config),
        meter_(meter),
        folders_(std::move(folders)),
        done_(std::move(done)),
        calls_(config.calls.get()),
        last_own_(close_ranks(folders_.root)),
        stack_(stack) {
    slot_.change_id = config_.ids.own_ids;
    slot_.own_proc = config_.own_proc;
    slot_.landlock = {config_.landlock_abi, folders_.root.get(), folders_.dev.get()};
    slot_.oom_score = config_.oom_score.get();
    slot_.disk_options = disk_size(Limits()).options();
    slot_.shared = shared;
    slot_.last_pid = config_.last_pid.get();
    slot_.done = done_.get();
  }

  Result<std::unique_ptr<JobProcesses>> start(SandboxSpec& spec, const JobStreams& streams,
                                              JobReport* report) override {
    make_plan(spec);
    plan_.streams = streams;
    plan_.report = report;
    killed_ = false;
    calls_.begin(spec.allow_ipc, report);
    slot_.shared->terminating = false;
    GB_TRY_VOID(setup_step("clone-init", [&] { return start_scored(); }));
    auto job = std::make_unique<InitProcesses>(
        InitProcesses::Channels{init_.pidfd, done_, calls_, killed_}, *slot_.shared);
    if (!is_counted()) job->watch_by(config_.host_proc.get(), report);
    return std::unique_ptr<JobProcesses>(std::move(job));
  }

  Result<rusage> reap(JobReport* report) override {
    rusage used{};
    std::uint64_t said = 0;
    stands_ = ::read(done_.get(), &said, sizeof said) > 0 && !killed_ && init_is_waiting();
    // Of one that stands nobody asks what was used: it is counted.
    if (!stands_ && init_.pid != 0) {
      if (::wait4(init_.pid, nullptr, WNOHANG, &used) == init_.pid) {
        init_ = {};
      } else {
        GB_TRY_VOID(bury_init(&used));
      }
    }
    // It was let go while it still made ready, and came no further.
    if (spare_.failed_errno != 0) report_failure(report, spare_.failed_step, spare_.failed_errno);
    // What the job has left in memory may stand at the limit, under which we live too.
    meter_.make_room();
    return used;
  }

  // A folder of a tmpfs is as large as it has entries.
  UniqueFd take_written() override {
    int upper = slot_.shared->upper;
    struct stat now;
    bool has_any =
        upper >= 0 && ::fstat(upper, &now) == 0 && now.st_size != slot_.shared->size_of_empty;
    return UniqueFd(has_any ? ::fcntl(upper, F_DUPFD_CLOEXEC, 3) : -1);
  }

  bool disk_is_full() const override {
    auto status = status_of(slot_.shared->upper);
    // A tool that was told ENOSPC may have given a little back on its way out.
    return status && (status->f_bavail <= status->f_blocks / 100 || status->f_ffree == 0);
  }

  // All that lies in an overlay's upper layer; of a copy what is not as it was copied.
  bool is_artifact(const struct stat& file) const override {
    const WorkspaceStamp& stamp = slot_.shared->stamp;
    return stamp.begin.tv_sec == 0 || stamp.is_later(file);
  }

  Result<void> clean_up() override {
    slot_.shared->stamp = {};
    return ok();
  }

  void make_ready(const Outcome& outcome) override {
    bool ended_by_itself =
        std::holds_alternative<Exited>(outcome) || std::holds_alternative<Signaled>(outcome);
    bool stays =
        stands_ && ended_by_itself && !calls_.ipc_used() && jobs_of_init_ < kMostJobsOfAnInit;
    stands_ = false;
    if (!stays) return begin_anew();
    bool untouched = left_no_trace();
    // Only a second job in a row of one project speaks for a third.
    if (untouched && job_is_like_last_) {
      mounted_ = last_work_;
    } else if (!renew_mounts()) {
      return begin_anew();
    }
    rest();
  }

  std::chrono::milliseconds ready_for() const override {
    return mounted_ ? kLongestStay : std::chrono::milliseconds(-1);
  }
  void give_up() override {
    if (!renew_mounts()) begin_anew();
  }

 private:
  // Kills it, if it lives; with it goes all that is in its namespaces. An Error where it does not
  // die, as one that hangs in the kernel.
  Result<void> bury_init(rusage* used = nullptr) {
    pidfd_kill(init_.pidfd);
    pollfd end{init_.pidfd.get(), POLLIN, 0};
    if (poll_within(&end, 1, kDeathPatience) != 1) {
      return internal_error("the init of a job does not die");
    }
    GB_TRY_VOID(os::check(::wait4(init_.pid, nullptr, 0, used), "wait4", "init"));
    init_ = {};
    mounted_.reset();
    return ok();
  }

  // Returns when what the last job held in memory is free. False where the init has died, or takes
  // too long.
  bool renew_mounts() {
    mounted_.reset();
    if (!init_is_waiting()) return false;
    tell_init(start_, kInitRenews);
    pollfd fds[] = {{done_.get(), POLLIN, 0}, {init_.pidfd.get(), POLLIN, 0}};
    poll_within(fds, 2, kRenewPatience);
    std::uint64_t said = 0;
    return ::read(done_.get(), &said, sizeof said) > 0;
  }

  void begin_anew() {
    // What an init that does not die holds cannot be told from what the next job is given.
    if (init_.pid != 0 && bury_init().has_error()) ::_exit(1);
    mounted_.reset();
    // Of the job and of its init, whatever they had opened.
    ::close_range(static_cast<unsigned>(last_own_) + 1, ~0U, 0);
    forget_opened();
    rest();
    if (slot_.shared->overlay != OverlayUse::kOverlay) return;
    // One that cannot be had now is asked for again, and what fails is told, when there is a job.
    (void)clone_init(&spare_, kInitWaits);
  }

  void rest() {
    meter_.note_base();
    // Between two jobs it may go as well: another slot takes its place.
    (void)take_score();
  }

  // A job is chosen before its supervisor when its memory runs out, also where files in memory hold
  // it and no process looks large. It is born with that score, and lowers ours again, which wants
  // no privilege, since it does not go below where the launcher put it.
  Result<void> start_scored() {
    Work work = work_of(plan_);
    GB_TRY_VOID(take_score());
    job_is_like_last_ = last_work_ == work;
    last_work_ = work;
    start_.may_stay = can_stay();
    start_.afresh = mounted_ != work;
    if (init_is_waiting()) {
      ++jobs_of_init_;
      tell_init(start_, kInitGoes);
      return ok();
    }
    close_opened();
    return clone_init(plan_.report, kInitGoes);
  }

  // Not where its init shares a job's id, and may have been meddled with, or where /work is a copy.
  bool can_stay() const {
    const JobShared& shared = *slot_.shared;
    return slot_.change_id && slot_.own_proc && slot_.last_pid >= 0 && calls_.listens() &&
           shared.overlay == OverlayUse::kOverlay && is_counted();
  }

  bool left_no_trace() {
    JobShared& shared = *slot_.shared;
    JobTraces now;
    if (shared.times != FolderTimes::kFine) return false;
    if (read_traces(shared.folders, &now) != 0) return false;
    bool nothing = nothing_between(shared.traces, now);
    shared.traces = now;
    return nothing;
  }

  bool is_counted() const {
    return meter_.has_memory() && meter_.has_pids() && meter_.has_cpu_time();
  }

  // It may have died since, for want of memory.
  bool init_is_waiting() {
    if (init_.pid == 0) return false;
    pollfd end{init_.pidfd.get(), POLLIN, 0};
    if (::poll(&end, 1, 0) == 0) return true;
    ::wait4(init_.pid, nullptr, 0, nullptr);
    init_ = {};
    mounted_.reset();
    return false;
  }

  // What an init that has died had opened, while a job's streams lie among it.
  void close_opened() {
    JobShared& shared = *slot_.shared;
    for (int fd : {shared.folders.upper, shared.folders.tmp, shared.folders.shm, shared.mounts,
                   shared.ruleset}) {
      if (fd >= 0) ::close(fd);
    }
    forget_opened();
  }

  void forget_opened() {
    JobShared& shared = *slot_.shared;
    shared.folders = {};
    shared.mounts = shared.ruleset = -1;
    shared.upper = -1;
  }

  Result<void> clone_init(JobReport* report, std::uint32_t word) {
    new (&spare_) JobReport{};
    start_.slot = &slot_;
    start_.job = &plan_;
    start_.report = report;
    start_.own_memory = slot_.shared->overlay != OverlayUse::kOverlay;
    start_.word.store(word, std::memory_order_relaxed);
    calls_.forget();
    jobs_of_init_ = word == kInitGoes ? 1 : 0;
    GB_TRY(init_, start_job_init(start_, stack_));
    return ok();
  }

  Result<void> take_score() {
    if (slot_.shared->scored) return ok();
    GB_TRY_VOID(score("1000"));
    slot_.shared->scored = true;
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
  }

  const SlotConfig& config_;
  CgroupMeter& meter_;
  RlimitsNow rlimits_;
  JobFolders folders_;
  UniqueFd done_;  // see InitPlan
  CallWatch calls_;
  int last_own_;           // above it stands what belongs to a job
  std::span<char> stack_;  // the init's
  InitPlan slot_;
  JobPlan plan_;       // of the job under way: its init reads it
  JobReport spare_{};  // what an init says that has no job yet
  InitStart start_;
  os::CloneResult init_;  // of the job under way, or waiting for one
  int jobs_of_init_ = 0;
  bool killed_ = false;  // by us
  bool job_is_like_last_ = false;
  bool stands_ = false;                      // the init does, after its job
  std::optional<Work> mounted_, last_work_;  // by the init that waits; of the last job
};

}  // namespace

std::unique_ptr<JobTier> make_namespace_jobs(const SlotConfig& config, CgroupMeter& meter) {
  Result<UniqueFd> root = os::open("/", O_PATH);
  Result<UniqueFd> dev = os::open("/dev", O_PATH);
  char* stack = map_stack();
  void* page =
      ::mmap(nullptr, sizeof(JobShared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  Result<UniqueFd> done = os::eventfd();
  bool made = root && dev && done && stack && page != MAP_FAILED;
  if (!made) return nullptr;
  ::umask(0);  // what an init makes has the mode that was asked for; a tool has its own
  JobFolders folders{std::move(*root), std::move(*dev)};
  return std::make_unique<NamespaceJobs>(config, meter, std::move(folders), std::move(*done),
                                         new (page) JobShared(), std::span(stack, kInitStackBytes));
}

}  // namespace glovebox
