// How the landlock tier runs jobs. Each job is one process group that its processes cannot leave,
// so killing the group ends all of them. Orphans become children of the supervisor (prctl(2),
// PR_SET_CHILD_SUBREAPER).
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <new>
#include <optional>
#include <thread>

#include "base/os.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/landlock/call_broker.h"
#include "sandbox/landlock/landlock_job.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/job_tier.h"
#include "sandbox/slot/job_watch.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/process_watch.h"

namespace glovebox {
namespace {

using std::chrono::steady_clock;

// Walking the files costs more the more files there are; this is the share of time used for it.
constexpr int kDiskLookShare = 10;
constexpr std::chrono::milliseconds kDiskLookEvery{100};

std::int64_t most_entries(const Limits& limits) {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(limits.disk.bytes()) / 4096, 1024,
                                  1 << 20);
}

constexpr std::chrono::microseconds kDeathLookEvery{200};

// A child that has died, without reaping it; 0 if there is none.
pid_t peek_at_dead() {
  siginfo_t dead{};
  if (::waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT) != 0) return 0;
  return dead.si_pid;
}

class GroupProcesses final : public JobProcesses {
 public:
  struct Folder {
    std::string path;
    int fd = -1;
    const WorkspaceStamp* stamp = nullptr;
  };
  GroupProcesses(os::CloneResult tool, const Limits& limits, bool count_forks, Folder folder,
                 int from_tool, int proc_dir, JobReport* report)
      : tool_(std::move(tool)),
        limits_(limits),
        count_forks_(count_forks),
        folder_(std::move(folder)),
        from_tool_(from_tool),
        report_(report),
        proc_dir_(proc_dir),
        watch_(proc_dir, WatchScope::kGroup, tool_.pid, report) {}

  pid_t pid() const { return tool_.pid; }
  const UniqueFd& end() const override { return tool_.pidfd; }
  void kill() override {
    // The group has its number from setsid(2) on and keeps it until its leader is reaped. A process
    // that forks at the same time is not missed: fork(2) and the signal exclude each other.
    ::kill(-tool_.pid, SIGKILL);
    pidfd_kill(tool_.pidfd);
  }
  // The tool cannot have started before its filter is in place; set-up runs with signals blocked.
  void terminate() override {
    if (!broker_) return kill();
    ::kill(-tool_.pid, SIGTERM);
    ::kill(-tool_.pid, SIGCONT);
  }
  bool others_live() override {
    // Everything below the dead tool has become our child.
    bool any = false;
    for (pid_t pid : children_seen_in(proc_dir_)) {
      if (pid != tool_.pid && ::waitpid(pid, nullptr, WNOHANG) == 0) any = true;
    }
    return any;
  }
  int event_fd() const override { return broker_ ? broker_->listener() : from_tool_; }
  void on_event() override {
    if (broker_) return broker_->answer();
    Result<Packet> packet = receive_packet(from_tool_, false);
    if (packet.has_error() || packet->fds.empty()) return;
    CallBroker::Job job{tool_.pid,
                        folder_.path,
                        folder_.fd,
                        count_forks_ ? limits_.processes : 0,
                        [this] { bury_orphans(); },
                        static_cast<std::int64_t>(limits_.disk.bytes())};
    broker_.emplace(std::move(packet->fds.front()), std::move(job), watch_, report_);
  }
  void look() override {
    bury_orphans();
    watch_.look(0);
    if (steady_clock::now() >= next_disk_look_) look_at_disk();
  }
  std::chrono::milliseconds look_every() const override { return kWatchEvery; }

  void look_at_disk() {
    auto begin = steady_clock::now();
    FolderUsage usage = measure_folder(folder_.fd, most_entries(limits_));
    auto disk = static_cast<std::int64_t>(limits_.disk.bytes());
    std::int64_t own = std::max<std::int64_t>(0, usage.bytes - folder_.stamp->copied_bytes);
    // No file system limits the number of files here.
    if (usage.entries >= most_entries(limits_)) own = std::max(own, disk + 1);
    report_->disk_bytes = own;
    auto cost = steady_clock::now() - begin;
    next_disk_look_ =
        begin + std::max<steady_clock::duration>(kDiskLookEvery, cost * kDiskLookShare);
  }

 private:
  void bury_orphans() {
    for (pid_t dead; (dead = peek_at_dead()) != 0 && dead != tool_.pid;) {
      ::waitpid(dead, nullptr, 0);
    }
  }

  os::CloneResult tool_;
  Limits limits_;
  bool count_forks_;
  Folder folder_;
  int from_tool_;
  JobReport* report_;
  int proc_dir_;
  ProcessWatch watch_;
  std::optional<CallBroker> broker_;
  steady_clock::time_point next_disk_look_;
};

class LandlockJobs final : public JobTier {
 public:
  LandlockJobs(const SlotConfig& config, const CgroupMeter& meter, WorkspaceStamp* stamp)
      : config_(config), meter_(meter), stamp_(stamp) {}

  Result<std::unique_ptr<JobProcesses>> start(SandboxSpec& spec, const JobStreams& streams,
                                              JobReport* report) override {
    limits_ = spec.limits;
    place_paths(spec, config_.work_dir);
    // The server refuses such a job before it is sent here.
    if (!spec.root.empty()) return Error::from_errno("job-root: ", spec.root, EOPNOTSUPP);
    LandlockJobPlan plan = make_plan(spec);
    plan.job.streams = streams;
    plan.job.report = report;
    // A new pair for each job: nothing that one job sent is received for the next one.
    GB_TRY(from_tool_, os::seqpacket_pair());
    plan.job.supervisor = from_tool_.second.get();
    os::CloneResult tool;
    GB_TRY_VOID(setup_step("clone-job", [&] { return clone_scored_tool(tool); }));
    if (tool.pid == 0) run_landlock_job(plan);
    from_tool_.second.reset();
    GroupProcesses::Folder folder{config_.work_dir, config_.work_folder.get(), stamp_};
    auto job = std::make_unique<GroupProcesses>(std::move(tool), spec.limits, !meter_.has_pids(),
                                                std::move(folder), from_tool_.first.get(),
                                                config_.host_proc.get(), report);
    job_ = job.get();
    Result<void> own_score = setup_step(kScoreBackStep, [&] { return score(kSlotOomScore); });
    if (own_score.has_error()) {
      GB_TRY_VOID(end_unwatched(report));
      return own_score.error();
    }
    return std::unique_ptr<JobProcesses>(std::move(job));
  }

  Result<rusage> reap(JobReport* report) override {
    rusage before{}, after{};
    job_->kill();  // processes that outlived the tool
    GB_TRY_VOID(bury_all(report));
    ::getrusage(RUSAGE_CHILDREN, &after);
    before = std::exchange(reaped_, after);
    job_->look_at_disk();
    disk_is_full_ = report->disk_bytes > static_cast<std::int64_t>(limits_.disk.bytes());
    timersub(&after.ru_utime, &before.ru_utime, &after.ru_utime);
    timersub(&after.ru_stime, &before.ru_stime, &after.ru_stime);
    return after;
  }

  UniqueFd take_written() override {
    return UniqueFd(
        ::openat(config_.work_folder.get(), "work", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  bool disk_is_full() const override { return disk_is_full_; }
  bool is_artifact(const struct stat& file) const override { return stamp_->is_later(file); }

  Result<void> clean_up() override {
    from_tool_ = {};
    *stamp_ = {};
    return remove_workspace(config_.work_folder.get());
  }

 private:
  // All have been sent SIGKILL. Processes that the kernel still holds get a limited time.
  Result<void> bury_all(JobReport* report) const {
    auto deadline = steady_clock::now() + kDeathPatience;
    for (;;) {
      int status = 0;
      pid_t pid = ::waitpid(-1, &status, WNOHANG);
      if (pid == job_->pid()) {
        report->wait_status = status;
        report->tool_ended = report->failed_step[0] == '\0' && report->exec_errno == 0;
      }
      if (pid > 0 || (pid < 0 && errno == EINTR)) continue;
      if (pid < 0) return ok();  // no process is left
      if (steady_clock::now() > deadline)
        return internal_error("processes of the job are still alive after SIGKILL");
      std::this_thread::sleep_for(kDeathLookEvery);
    }
  }

  // A job that is running and will not be watched.
  Result<void> end_unwatched(JobReport* report) {
    pollfd end{job_->end().get(), POLLIN, 0};
    // Kill again after the process has died: it may have created its own group and children before.
    job_->kill();
    ::poll(&end, 1, static_cast<int>(std::chrono::milliseconds(kDeathPatience).count()));
    job_->kill();
    Result<void> buried = bury_all(report);
    job_ = nullptr;
    return buried;
  }

  // The kernel must choose the job before all other processes of Glovebox when memory runs out. The
  // job is created with this score, because it cannot raise its own after it is sealed. The
  // supervisor also has it until it restores its own.
  Result<void> clone_scored_tool(os::CloneResult& tool) const {
    GB_TRY_VOID(score("1000"));
    Result<os::CloneResult> cloned = os::clone_process();
    if (cloned.has_error()) {
      (void)score(kSlotOomScore);
      return cloned.error();
    }
    tool = std::move(*cloned);
    return ok();
  }

  Result<void> score(std::string_view text) const {
    return os::write_fd(config_.oom_score.get(), text, "oom_score_adj");
  }

  LandlockJobPlan make_plan(SandboxSpec& spec) const {
    PlanOptions options;
    options.has_pids = meter_.has_pids();
    options.has_memory = meter_.has_memory();
    options.own_process_count = false;
    LandlockJobPlan plan;
    plan.job = make_job_plan(spec, options);
    plan.job.rlimits = rlimits_.to_set(plan.job.rlimits);
    plan.job.landlock_abi = config_.landlock_abi;
    plan.project = spec.project;
    plan.slot_folder = config_.work_dir;
    plan.hidden = config_.store_dir;
    plan.slot_folder_fd = config_.work_folder.get();
    plan.store_folder_fd = config_.store_folder.get();
    plan.seccomp = &config_.seccomp;
    plan.stamp = stamp_;
    return plan;
  }

  const SlotConfig& config_;
  const CgroupMeter& meter_;
  RlimitsNow rlimits_;
  WorkspaceStamp* stamp_;
  Limits limits_;
  rusage reaped_{};
  bool disk_is_full_ = false;
  std::pair<UniqueFd, UniqueFd> from_tool_;  // {ours, the tool's}
  GroupProcesses* job_ = nullptr;            // the supervisor's, until it is reaped
};

}  // namespace

std::unique_ptr<JobTier> make_landlock_jobs(const SlotConfig& config, const CgroupMeter& meter) {
  void* page = ::mmap(nullptr, sizeof(WorkspaceStamp), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  return std::make_unique<LandlockJobs>(config, meter, new (page) WorkspaceStamp());
}

}  // namespace glovebox
