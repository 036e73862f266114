#include "sandbox/namespaces/init_pool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "sandbox/exec/pidfd.h"
#include "sandbox/exec/tool_start.h"
#include "sandbox/slot/job_watch.h"

namespace glovebox {
namespace {

// Bounds anything that could accumulate in a reused init without being noticed.
constexpr int kMostJobsOfAnInit = 250;
// The mounts of an idle init keep the last project in use, even after it was removed. This bounds
// the time.
constexpr std::chrono::milliseconds kLongestKept{1000};
// Unmounting waits for all CPUs, which is slow under load.
constexpr std::chrono::seconds kRenewPatience{20};

// The last of this process's own descriptors. All numbers below it are in use, so everything that a
// job opens gets a higher number.
int close_ranks(const UniqueFd& filler) {
  int last = 2;
  for (int fd = 3; fd < 1024; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) last = fd;
  }
  int added = 0;
  while (added >= 0 && added < last) added = ::fcntl(filler.get(), F_DUPFD_CLOEXEC, 3);
  return std::max(last, added);
}

// Below it is a guard page. Null if there is no memory.
char* map_stack() {
  constexpr std::size_t kGuard = 4096 * 16;  // the guard page, regardless of the page size
  void* all = ::mmap(nullptr, kGuard + kInitStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (all == MAP_FAILED || ::mprotect(all, kGuard, PROT_NONE) != 0) return nullptr;
  return static_cast<char*>(all) + kGuard;
}

// poll(2), repeated after a signal.
int poll_within(pollfd* fds, nfds_t count, std::chrono::milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    int ready = ::poll(fds, count, std::max(0, static_cast<int>(left.count())));
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

bool take_count(const UniqueFd& eventfd) {
  std::uint64_t count = 0;
  return ::read(eventfd.get(), &count, sizeof count) > 0;
}

}  // namespace

std::unique_ptr<InitPool> InitPool::create(const SlotConfig& config, CgroupMeter& meter,
                                           CallWatch& calls) {
  Result<UniqueFd> root = os::open("/", O_PATH);
  Result<UniqueFd> dev = os::open("/dev", O_PATH);
  Result<UniqueFd> done = os::eventfd();
  char* stack = map_stack();
  void* page =
      ::mmap(nullptr, sizeof(JobShared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  bool made = root && dev && done && stack && page != MAP_FAILED;
  if (!made) return nullptr;
  Folders folders{std::move(*root), std::move(*dev)};
  return std::unique_ptr<InitPool>(new InitPool(config, meter, calls, std::move(folders),
                                                std::move(*done), new (page) JobShared(),
                                                std::span(stack, kInitStackBytes)));
}

InitPool::InitPool(const SlotConfig& config, CgroupMeter& meter, CallWatch& calls, Folders folders,
                   UniqueFd done, JobShared* shared, std::span<char> stack)
    : config_(config),
      meter_(meter),
      calls_(calls),
      folders_(std::move(folders)),
      done_(std::move(done)),
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

InitPool::Work InitPool::work_of(const JobPlan& plan) {
  Work work{plan.project, plan.disk_options};
  struct stat folder;
  if (plan.project.empty() || ::stat(("store/" + plan.project).c_str(), &folder) != 0) return work;
  work.device = folder.st_dev;
  work.inode = folder.st_ino;
  return work;
}

InitPool::Root InitPool::root_of(const JobPlan& plan) {
  Root root{plan.root};
  struct stat folder;
  if (plan.root.empty() || ::stat(("roots/" + plan.root).c_str(), &folder) != 0) return root;
  root.device = folder.st_dev;
  root.inode = folder.st_ino;
  return root;
}

Result<void> InitPool::leave_root(const Root& wanted) {
  if (root_.name.empty() || root_ == wanted || !lives()) return ok();
  return bury();
}

// If an event is not allowed in the current state, the state of what would be reused is unknown.
// The slot ends, and the launcher replaces it.
void InitPool::change(InitEvent event) {
  std::optional<InitState> next = next_state(state_, event);
  if (!next) ::_exit(1);
  state_ = *next;
  if (state_ != InitState::kMounted && state_ != InitState::kRunning) mounted_.reset();
}

// The OOM killer must choose a job before its supervisor, even if files in memory use most of the
// memory and no process looks large. The job is created with the supervisor's score, so the
// supervisor takes the job's score first. The tool lowers ours again before exec. That needs no
// privilege, because it does not go below the value that the launcher has set.
Result<void> InitPool::take(const JobPlan& plan) {
  killed_ = false;
  slot_.shared->terminating = false;
  Work work = work_of(plan);
  Root root = root_of(plan);
  GB_TRY_VOID(leave_root(root));
  GB_TRY_VOID(take_score());
  is_like_last_ = last_ == work;
  start_.job = &plan;
  start_.reusable = can_be_reused();
  start_.remount = mounted_ != work;
  last_ = std::move(work);
  if (!lives()) {
    close_opened();
    GB_TRY_VOID(clone(plan.report, kInitGoes));
  } else {
    tell_init(start_, kInitGoes);
  }
  root_ = std::move(root);
  calls_.allow_root_change(root_.name.empty() ? 0 : init_.pid);
  ++jobs_;
  change(InitEvent::kTaken);
  return ok();
}

Result<rusage> InitPool::reap(JobReport* report) {
  rusage used{};
  if (take_count(done_) && !killed_ && lives()) {
    change(InitEvent::kJobOver);  // nobody needs its usage, since cgroups count it
  } else if (init_.pid != 0) {
    if (::wait4(init_.pid, nullptr, WNOHANG, &used) == init_.pid) {
      init_ = {};
      change(InitEvent::kEnded);
    } else {
      GB_TRY_VOID(bury(&used));
    }
  }
  // It received its job while it was still preparing, and the preparation failed.
  if (spare_.failed_errno != 0) report_failure(report, spare_.failed_step, spare_.failed_errno);
  // What the job left in memory may be near the limit, and the limit also applies to the
  // supervisor.
  meter_.make_room();
  return used;
}

void InitPool::give_back(const JobEvidence& evidence) {
  bool reusable = state_ == InitState::kFinished && evidence.ended_by_itself &&
                  !evidence.used_ipc && jobs_ < kMostJobsOfAnInit;
  if (!reusable) return replace();
  // Keep the mounts only after two consecutive jobs of the same project.
  if (left_no_trace() && is_like_last_) {
    change(InitEvent::kKept);
    mounted_ = last_;
  } else if (!renew()) {
    return replace();
  }
  rest();
}

std::chrono::milliseconds InitPool::keeps_for() const {
  bool keeps = state_ == InitState::kMounted || !root_.name.empty();
  return keeps ? kLongestKept : std::chrono::milliseconds(-1);
}

void InitPool::release() {
  if (!root_.name.empty() || (state_ == InitState::kMounted && !renew())) replace();
}

// Kills the init, if it lives, and with it everything in its namespaces. Fails if the init does not
// die because it hangs in the kernel.
Result<void> InitPool::bury(rusage* used) {
  pidfd_kill(init_.pidfd);
  pollfd end{init_.pidfd.get(), POLLIN, 0};
  if (poll_within(&end, 1, kDeathPatience) != 1) {
    return internal_error("the init of a job is still alive after SIGKILL");
  }
  GB_TRY_VOID(os::check(::wait4(init_.pid, nullptr, 0, used), "wait4", "init"));
  init_ = {};
  change(InitEvent::kEnded);
  return ok();
}

// Returns when the memory that the last job left is free. Returns false if the init has died or
// takes too long.
bool InitPool::renew() {
  if (!lives()) return false;
  tell_init(start_, kInitRenews);
  pollfd fds[] = {{done_.get(), POLLIN, 0}, {init_.pidfd.get(), POLLIN, 0}};
  poll_within(fds, 2, kRenewPatience);
  if (!take_count(done_)) return false;
  change(InitEvent::kRenewed);
  return true;
}

void InitPool::replace() {
  // An init that does not die would share its descriptors with the next job.
  if (init_.pid != 0 && bury().has_error()) ::_exit(1);
  // Everything that the job and its init had opened.
  ::close_range(static_cast<unsigned>(last_own_) + 1, ~0U, 0);
  forget_opened();
  root_ = {};
  rest();
  if (slot_.shared->overlay != OverlayUse::kOverlay) return;
  // If this fails, take() tries again and reports the failure.
  (void)clone(&spare_, kInitWaits);
}

void InitPool::rest() {
  meter_.note_base();
  // Between two jobs the kernel may kill the slot as well: another one replaces it.
  (void)take_score();
}

// Not if the init runs with a job's id, because the job may have interfered with it, and not if
// /work is a copy.
bool InitPool::can_be_reused() const {
  return slot_.change_id && slot_.own_proc && slot_.last_pid >= 0 && calls_.listens() &&
         slot_.shared->overlay == OverlayUse::kOverlay && is_counted();
}

bool InitPool::is_counted() const {
  return meter_.has_memory() && meter_.has_pids() && meter_.has_cpu_time();
}

bool InitPool::left_no_trace() {
  JobShared& shared = *slot_.shared;
  JobTraces now;
  if (shared.times != FolderTimes::kFine) return false;
  if (read_traces(shared.folders, &now) != 0) return false;
  bool nothing = nothing_between(shared.traces, now);
  shared.traces = now;
  return nothing;
}

// The kernel may have killed an idle init to free memory.
bool InitPool::lives() {
  if (init_.pid == 0) return false;
  pollfd end{init_.pidfd.get(), POLLIN, 0};
  if (::poll(&end, 1, 0) == 0) return true;
  ::wait4(init_.pid, nullptr, 0, nullptr);
  init_ = {};
  change(InitEvent::kEnded);
  return false;
}

// Closes what a dead init had opened; the job's streams are among these numbers and stay open.
void InitPool::close_opened() {
  JobShared& shared = *slot_.shared;
  for (int fd : {shared.folders.upper, shared.folders.tmp, shared.folders.shm, shared.mounts,
                 shared.ruleset}) {
    if (fd >= 0) ::close(fd);
  }
  forget_opened();
}

void InitPool::forget_opened() {
  JobShared& shared = *slot_.shared;
  shared.folders = {};
  shared.mounts = shared.ruleset = -1;
  shared.upper = -1;
}

Result<void> InitPool::clone(JobReport* report, std::uint32_t word) {
  new (&spare_) JobReport{};
  start_.slot = &slot_;
  start_.report = report;
  start_.own_memory = slot_.shared->overlay != OverlayUse::kOverlay;
  start_.word.store(word, std::memory_order_relaxed);
  calls_.forget();
  jobs_ = 0;
  root_ = {};
  GB_TRY(init_, start_job_init(start_, stack_));
  change(InitEvent::kCloned);
  return ok();
}

Result<void> InitPool::take_score() {
  if (slot_.shared->scored) return ok();
  GB_TRY_VOID(os::write_fd(config_.oom_score.get(), "1000", "oom_score_adj"));
  slot_.shared->scored = true;
  return ok();
}

}  // namespace glovebox
