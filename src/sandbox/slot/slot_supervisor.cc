// Theory of operation. A slot's supervisor is a loop: wait for a Run, set the cgroup's limits,
// start the job as its tier does, watch it, decide its outcome, return artifacts, send Ended. After
// that it keeps nothing of the job. When its server or its launcher is gone it ends its job and
// itself.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <new>

#include "base/os.h"
#include "sandbox/exec/rlimits.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/artifact_walk.h"
#include "sandbox/slot/artifact_window.h"
#include "sandbox/slot/job_tier.h"
#include "sandbox/slot/job_watch.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

// Descriptors of a job's streams have numbers from here on, so they never have a number from 0 to
// 2.
constexpr int kStreamsFrom = 3;
// Limits that are the same for every job and the supervisor, and need not be set for each job.
constexpr std::array<RlimitValue, 4> kLimitsOfAll{{{RLIMIT_CORE, kNoCoreFiles},
                                                   {RLIMIT_MEMLOCK, kMostLockedBytes},
                                                   {RLIMIT_MSGQUEUE, kMostQueuedBytes},
                                                   {RLIMIT_SIGPENDING, kMostPendingSignals}}};

// Blocked instead of ignored: exec keeps ignored signals, and one call unblocks all of them.
void block_signals() {
  for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

class Supervisor {
 public:
  Supervisor(const SlotConfig& config, CgroupMeter& meter, JobTier& tier, JobReport* report)
      : config_(config), meter_(meter), tier_(tier), report_(report) {}

  // Runs until server or launcher are gone, or no further job can be run safely.
  void run() {
    while (wait_for_work()) {
      Result<Packet> packet = receive_packet(config_.server.get(), true);
      if (packet.has_error() || packet->end) return;
      Result<ToSlot> message = decode_to_slot(packet->bytes);
      if (message.has_error()) return;
      auto* run = std::get_if<RunPacket>(&*message);
      if (run == nullptr) continue;  // a Kill packet that came after its job's end
      if (!run_job(std::move(run->spec), std::move(packet->fds))) return;
    }
  }

 private:
  bool wait_for_work() {
    std::array<pollfd, 2> fds{pollfd{config_.server.get(), POLLIN, 0},
                              {config_.lifeline.get(), POLLIN, 0}};
    for (;;) {
      int ready = ::poll(fds.data(), fds.size(), static_cast<int>(tier_.idle_patience().count()));
      if (ready > 0) return fds[1].revents == 0;
      if (ready < 0 && errno != EINTR) return false;
      if (ready == 0) tier_.release_idle();
    }
  }

  // Returns false if the slot must end. The job's end is sent in that case too, since what was seen
  // is true and no other job follows in this slot; but not if the job was killed because server or
  // launcher are gone.
  bool run_job(SandboxSpec spec, std::vector<UniqueFd> streams) {
    new (report_) JobReport{};
    EndedPacket ended;
    bool go_on = true;
    orphaned_ = false;
    Result<void> ran = setup_step("limits", [&] { return meter_.begin(spec.limits); });
    if (ran.has_value()) ran = start_and_watch(spec, streams, ended, go_on);
    if (ran.has_error()) note_failure(ended, ran.error());
    bool ran_at_all = ended.failed_step.empty() && ended.errno_value == 0;
    if (ran_at_all && spec.collect_artifacts) {
      go_on = go_on && send_artifacts(spec.limits.disk, ended);
      ended.artifacts_truncated = ended.artifacts_truncated || !go_on;
    }
    if (tier_.clean_up().has_error()) go_on = false;
    note_proof();
    meter_.end();
    ended.slot_ends = !go_on;
    if (orphaned_) return false;
    if (send_packet(config_.server.get(), encode(ended)).has_error() || !go_on) return false;
    streams.clear();
    tier_.prepare_next(ended.outcome);
    return true;
  }

  static void note_failure(EndedPacket& ended, const Error& error) {
    ended.failed_step = error.message().substr(0, error.message().find(':'));
    ended.errno_value = error.errno_value() != 0 ? error.errno_value() : EINVAL;
  }

  Result<void> start_and_watch(SandboxSpec& spec, std::vector<UniqueFd>& streams,
                               EndedPacket& ended, bool& go_on) {
    GB_TRY(JobStreams placed, place_streams(streams));
    GB_TRY(std::unique_ptr<JobProcesses> job, tier_.start(spec, placed, report_));
    JobWatch watch(spec.limits, meter_, *report_);
    go_on = watch.wait(*job, config_.server, config_.lifeline);
    orphaned_ = watch.was_orphaned();
    Result<rusage> reaped = tier_.reap(report_);
    // Processes that do not die change neither the job's verdict nor what it was seen to use.
    if (reaped.has_error()) go_on = false;
    if (reaped.has_value()) watch.set_reaped(*reaped);
    read_report(watch, ended);
    return ok();
  }

  // The host's /dev/null. A job opens its own instead, on a read-only mount, so no time, flag or
  // lock on it is visible to another job.
  static bool is_null_device(const UniqueFd& stream) {
    struct stat status;
    return ::fstat(stream.get(), &status) == 0 && S_ISCHR(status.st_mode) &&
           status.st_rdev == ::makedev(1, 3);
  }

  static Result<JobStreams> place_streams(std::vector<UniqueFd>& streams) {
    if (streams.size() != 3) return internal_error("limits: a run needs three descriptors");
    for (UniqueFd& stream : streams) {
      if (stream.get() >= kStreamsFrom) continue;
      UniqueFd moved(::fcntl(stream.get(), F_DUPFD_CLOEXEC, kStreamsFrom));
      GB_TRY_VOID(os::check(moved.get(), "limits: fcntl", "F_DUPFD_CLOEXEC"));
      stream = std::move(moved);
    }
    auto place = [](const UniqueFd& stream) {
      return is_null_device(stream) ? JobStreams::kNull : stream.get();
    };
    return JobStreams{place(streams[0]), place(streams[1]), place(streams[2])};
  }

  void read_report(JobWatch& watch, EndedPacket& ended) const {
    ended.usage = watch.usage();
    ended.exec_ns = report_->exec_ns;
    bool succeeded = report_->tool_ended && report_->wait_status == 0;
    ended.outcome = watch.judge(!succeeded && tier_.disk_is_full());
    // A job that was cancelled before it ran has the outcome Cancelled.
    if (std::holds_alternative<Cancelled>(ended.outcome)) return;
    ended.failed_step = report_->failed_step;
    ended.errno_value = ended.failed_step.empty() ? report_->exec_errno : report_->failed_errno;
  }

  bool send_artifacts(ByteCount most_bytes, EndedPacket& ended) const {
    UniqueFd written = tier_.take_written();
    if (!written.valid()) return true;
    ArtifactWindow window(config_.server, config_.lifeline);
    auto send = [&](FoundArtifact artifact) -> Result<void> {
      GB_TRY_VOID(window.open(artifact.size_bytes));
      ArtifactPacket packet{artifact.path, artifact.size_bytes, artifact.further_name};
      int content = artifact.content.get();
      std::span<const int> fds(&content, artifact.further_name ? 0 : 1);
      return send_packet(config_.server.get(), encode(packet), fds);
    };
    Result<bool> left_out = walk_artifacts(written, most_bytes, send, [&](const struct stat& file) {
      return tier_.is_artifact(file);
    });
    if (left_out.has_error() || window.settle().has_error()) return false;
    ended.artifacts_truncated = *left_out;
    return true;
  }

  const SlotConfig& config_;
  CgroupMeter& meter_;
  JobTier& tier_;
  JobReport* report_;
  bool orphaned_ = false;  // the current job
};

}  // namespace

void run_slot(SlotConfig config) {
  block_signals();
  for (const RlimitValue& limit : kLimitsOfAll) {
    if (!lower_rlimit(limit)) ::_exit(1);
  }
  void* page =
      ::mmap(nullptr, sizeof(JobReport), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) ::_exit(1);
  CgroupMeter meter(std::move(config.cgroup), std::move(config.leaf_record));
  std::unique_ptr<JobTier> tier = config.tier == Tier::kNamespaces
                                      ? make_namespace_jobs(config, meter)
                                      : make_landlock_jobs(config, meter);
  if (!tier) ::_exit(1);
  // If the server does not read, the slot ends.
  timeval patience{30, 0};
  ::setsockopt(config.server.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  Supervisor(config, meter, *tier, new (page) JobReport{}).run();
  ::_exit(0);
}

}  // namespace glovebox
