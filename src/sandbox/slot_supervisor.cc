// Theory of operation. A slot's supervisor is a loop: wait for a Run, set the cgroup's limits,
// clone an init into new namespaces, watch it, judge, hand back artifacts, say Ended. It holds
// nothing of a job once it has said so. When its server or its launcher is gone it ends, and as
// process 1 of the slot's PID namespace it takes everything with it.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <new>

#include "base/os.h"
#include "sandbox/artifact_walk.h"
#include "sandbox/job_init.h"
#include "sandbox/job_watch.h"
#include "sandbox/packet.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot.h"
#include "sandbox/slot_protocol.h"

namespace glovebox {
namespace {

constexpr int kJobNamespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
// Descriptors of a job's streams live from here up, clear of 0 to 2.
constexpr int kStreamsFrom = 100;

struct InitProcess {
  pid_t pid = 0;
  UniqueFd pidfd;
};

// clone(2), not clone3: the slot's own filter refuses that.
Result<InitProcess> clone_init() {
  int pidfd = -1;
  long pid =
      ::syscall(SYS_clone, kJobNamespaces | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, 0);
  GB_TRY_VOID(os::check(pid, "clone", "init"));
  InitProcess init;
  init.pid = static_cast<pid_t>(pid);
  if (pid > 0) init.pidfd.reset(pidfd);
  return init;
}

bool is_full(const UniqueFd& upper) {
  struct statfs status;
  if (!upper.valid() || ::fstatfs(upper.get(), &status) != 0) return false;
  // A tool that was told ENOSPC may have given a little back on its way out.
  return status.f_bavail <= status.f_blocks / 100 || status.f_ffree == 0;
}

class Supervisor {
 public:
  Supervisor(SlotConfig config, JobReport* report, std::pair<UniqueFd, UniqueFd> from_init)
      : config_(std::move(config)),
        meter_(std::move(config_.cgroup)),
        report_(report),
        from_init_(std::move(from_init)) {}

  [[noreturn]] void run() {
    while (wait_for_work()) {
      Result<Packet> packet = receive_packet(config_.server.get(), true);
      if (packet.has_error() || packet->end) break;
      Result<ToSlot> message = decode_to_slot(packet->bytes);
      if (message.has_error()) break;
      auto* run = std::get_if<RunPacket>(&*message);
      if (run == nullptr) continue;  // a Kill that came after its job's end
      if (!run_job(std::move(run->spec), std::move(packet->fds))) break;
    }
    ::_exit(0);
  }

 private:
  bool wait_for_work() const {
    std::array<pollfd, 2> fds{pollfd{config_.server.get(), POLLIN, 0},
                              {config_.lifeline.get(), POLLIN, 0}};
    while (::poll(fds.data(), fds.size(), -1) < 0) {
      if (errno != EINTR) return false;
    }
    return fds[1].revents == 0;
  }

  // False where server or launcher are gone.
  bool run_job(SandboxSpec spec, std::vector<UniqueFd> streams) {
    new (report_) JobReport{};
    EndedPacket ended;
    UniqueFd upper;
    bool parents_alive = true;
    Result<void> ran = setup_step("limits", [&] { return meter_.begin(spec.limits); });
    if (ran.has_value()) {
      ran = start_and_watch(spec, std::move(streams), ended, upper, parents_alive);
    }
    if (ran.has_error()) note_failure(ended, ran.error());
    if (!parents_alive) return false;
    bool ran_at_all = ended.failed_step.empty() && ended.errno_value == 0;
    if (ran_at_all && spec.collect_artifacts && !send_artifacts(upper, spec.limits.disk, ended))
      return false;
    upper.reset();
    return send_packet(config_.server.get(), encode(ended)).has_value();
  }

  static void note_failure(EndedPacket& ended, const Error& error) {
    ended.failed_step = error.message().substr(0, error.message().find(':'));
    ended.errno_value = error.errno_value() != 0 ? error.errno_value() : EINVAL;
  }

  Result<void> start_and_watch(SandboxSpec& spec, std::vector<UniqueFd> streams, EndedPacket& ended,
                               UniqueFd& upper, bool& parents_alive) {
    JobPlan plan = make_plan(spec);
    GB_TRY_VOID(place_streams(streams, plan));
    InitProcess init;
    GB_TRY_VOID(setup_step("clone-init", [&] { return clone_scored_init(init); }));
    if (init.pid == 0) run_job_init(plan);
    streams.clear();  // so that the job's end is seen at the other ends of its pipes
    JobWatch watch(spec.limits, meter_, *report_);
    parents_alive = watch.wait(init.pidfd, config_.server, config_.lifeline);
    rusage reaped{};
    ::wait4(init.pid, nullptr, 0, &reaped);
    watch.set_reaped(reaped);
    upper = receive_upper();
    read_report(watch, upper, ended);
    return ok();
  }

  // A job is chosen before its supervisor when its memory runs out, also where files in memory hold
  // it and no process looks large. It is born with that score; lowering ours again wants no
  // privilege, since it does not go below where the launcher put it.
  Result<void> clone_scored_init(InitProcess& init) const {
    GB_TRY_VOID(os::write_fd(config_.oom_score.get(), "1000", "oom_score_adj"));
    GB_TRY(init, clone_init());
    if (init.pid == 0) return ok();
    return os::write_fd(config_.oom_score.get(), kSlotOomScore, "oom_score_adj");
  }

  JobPlan make_plan(SandboxSpec& spec) const {
    PlanOptions options;
    options.change_id = config_.ids.own_ids;
    options.landlock_abi = config_.landlock_abi;
    options.has_pids = meter_.has_pids();
    options.has_memory = meter_.has_memory();
    options.watch = !meter_.has_memory() || !meter_.has_pids() || !meter_.has_cpu_time();
    JobPlan plan = make_job_plan(spec, options);
    plan.supervisor = from_init_.second.get();
    plan.report = report_;
    return plan;
  }

  static Result<void> place_streams(std::vector<UniqueFd>& streams, JobPlan& plan) {
    if (streams.size() != 3) return internal_error("limits: a run needs three descriptors");
    for (UniqueFd& stream : streams) {
      UniqueFd moved(::fcntl(stream.get(), F_DUPFD_CLOEXEC, kStreamsFrom));
      GB_TRY_VOID(os::check(moved.get(), "limits: fcntl", "F_DUPFD_CLOEXEC"));
      stream = std::move(moved);
    }
    plan.in = streams[0].get();
    plan.out = streams[1].get();
    plan.err = streams[2].get();
    return ok();
  }

  UniqueFd receive_upper() const {
    UniqueFd upper;
    for (;;) {
      Result<Packet> packet = receive_packet(from_init_.first.get(), false);
      if (packet.has_error() || packet->empty || packet->end) return upper;
      if (!packet->fds.empty()) upper = std::move(packet->fds.front());
    }
  }

  void read_report(const JobWatch& watch, const UniqueFd& upper, EndedPacket& ended) const {
    ended.usage = watch.usage();
    ended.outcome = watch.judge(is_full(upper));
    // Cancelled before it ran is cancelled.
    if (std::holds_alternative<Cancelled>(ended.outcome)) return;
    ended.failed_step = report_->failed_step;
    ended.errno_value = ended.failed_step.empty() ? report_->exec_errno : report_->failed_errno;
  }

  bool send_artifacts(const UniqueFd& upper, ByteCount most_bytes, EndedPacket& ended) const {
    if (!upper.valid()) return true;
    Result<bool> left_out = walk_artifacts(upper, most_bytes, [&](FoundArtifact artifact) {
      int fds[] = {artifact.content.get()};
      return send_packet(config_.server.get(),
                         encode(ArtifactPacket{artifact.path, artifact.size_bytes}), fds);
    });
    if (left_out.has_error()) return false;
    ended.artifacts_truncated = *left_out;
    return true;
  }

  SlotConfig config_;
  CgroupMeter meter_;
  JobReport* report_;
  std::pair<UniqueFd, UniqueFd> from_init_;  // {supervisor's end, init's end}
};

}  // namespace

void run_slot(SlotConfig config) {
  void* page =
      ::mmap(nullptr, sizeof(JobReport), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  Result<std::pair<UniqueFd, UniqueFd>> from_init = os::seqpacket_pair();
  if (page == MAP_FAILED || from_init.has_error()) ::_exit(1);
  // A server that does not take its artifacts loses the slot, not the other way round.
  timeval patience{30, 0};
  ::setsockopt(config.server.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  Supervisor(std::move(config), new (page) JobReport{}, std::move(*from_init)).run();
}

}  // namespace glovebox
