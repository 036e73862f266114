#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <vector>

#include "base/os.h"
#include "base/random.h"
#include "base/scope_exit.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/launcher/adopted.h"
#include "sandbox/launcher/isolation_report.h"
#include "sandbox/launcher/launcher_main.h"
#include "sandbox/launcher/launcher_protocol.h"
#include "sandbox/pool/launcher_process.h"
#include "sandbox/pool/slot_pool.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

constexpr int kSpawnPatienceMs = 60'000;
constexpr int kEndPatienceMs = 10'000;

Result<Packet> receive_within(int socket, int timeout_ms, std::string_view whose) {
  pollfd readable{socket, POLLIN, 0};
  int ready;
  do {
    ready = ::poll(&readable, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready != 1)
    return internal_error(
        fmt::format("the {} did not respond within {} s", whose, timeout_ms / 1000));
  GB_TRY(Packet packet, receive_packet(socket, false));
  if (packet.end) return internal_error(fmt::format("the {} died during its set-up", whose));
  return packet;
}

}  // namespace

struct LauncherProcess::State {
  LauncherOptions options;  // as requested: the tier may be kNone
  pid_t keeper = 0;
  UniqueFd keeper_pidfd;
  UniqueFd control;
  IsolationReport report;
  std::vector<UniqueFd> slots;

  // Waits until every slot is ready and a first job has run.
  Result<void> stand();
  // Receives packets from the launcher until every slot is ready.
  Result<void> await_slots();
  // Runs a program that returns 0 in the first slot. If a set-up step of a job does not work here,
  // the Error names it.
  Result<void> prove() const;
  void end();
};

Result<void> LauncherProcess::State::stand() {
  GB_TRY_VOID(await_slots());
  return prove();
}

Result<void> LauncherProcess::State::await_slots() {
  std::size_t standing = 0;
  while (standing < slots.size()) {
    GB_TRY(Packet packet, receive_within(control.get(), kSpawnPatienceMs, "launcher"));
    GB_TRY(FromLauncher message, decode_from_launcher(packet.bytes));
    if (auto* failed = std::get_if<FailedPacket>(&message)) {
      return Error::from_errno("", "", failed->errno_value).with_message(failed->message);
    }
    if (auto* said = std::get_if<ReportPacket>(&message)) report = std::move(said->report);
    auto* slot = std::get_if<SlotPacket>(&message);
    if (slot == nullptr) continue;
    if (slot->index >= slots.size() || packet.fds.size() != 1) {
      return internal_error("the launcher sent a slot with an unexpected index");
    }
    standing += slots[slot->index].valid() ? 0 : 1;
    slots[slot->index] = std::move(packet.fds.front());
  }
  return ok();
}

Result<void> LauncherProcess::State::prove() const {
  RunPacket run;
  run.spec.argv = {"true"};
  run.spec.collect_artifacts = false;
  run.spec.limits.wall_time = std::chrono::seconds(20);
  int slot = slots.front().get();
  GB_TRY(UniqueFd null, os::open("/dev/null", O_RDWR));
  int streams[] = {null.get(), null.get(), null.get()};
  GB_TRY_VOID(send_packet(slot, encode(run), streams));
  FromSlot message = UsedPacket();
  // The job reports its usage before its end only on a slow machine.
  while (std::holds_alternative<UsedPacket>(message)) {
    GB_TRY(Packet packet, receive_within(slot, kSpawnPatienceMs, "first slot"));
    GB_TRY(message, decode_from_slot(packet.bytes));
  }
  auto* ended = std::get_if<EndedPacket>(&message);
  if (ended == nullptr) return internal_error("the first slot sent an unexpected packet");
  if (!ended->failed_step.empty()) {
    return step_error(ended->failed_step, ended->errno_value);
  }
  if (ended->errno_value != 0) return Error::from_errno("exec", "true", ended->errno_value);
  if (ended->outcome == Outcome(Exited{0})) return ok();
  return internal_error("a program that does nothing failed in the sandbox: " +
                        describe(ended->outcome));
}

void LauncherProcess::State::end() {
  control.reset();
  slots.clear();
  if (keeper == 0) return;
  pollfd ended{keeper_pidfd.get(), POLLIN, 0};
  if (::poll(&ended, 1, kEndPatienceMs) != 1) pidfd_kill(keeper_pidfd);
  bury_within(keeper, keeper_pidfd, std::chrono::milliseconds(kEndPatienceMs));
  keeper = 0;
  if (options.end_orphans) end_adopted_children(options.other_children);
}

LauncherProcess::LauncherProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
LauncherProcess::LauncherProcess(LauncherProcess&&) noexcept = default;
LauncherProcess& LauncherProcess::operator=(LauncherProcess&&) noexcept = default;

LauncherProcess::~LauncherProcess() {
  if (state_) state_->end();
}

Result<LauncherProcess> LauncherProcess::spawn(const LauncherOptions& options) {
  GB_TRY(LauncherProcess launcher, begin(options));
  GB_TRY_VOID(launcher.stand());
  return launcher;
}

Result<LauncherProcess> LauncherProcess::begin(const LauncherOptions& options) {
  if (options.slots == 0) return validation_error("a launcher needs at least one slot");
  Tier first = options.tier == Tier::kNone ? Tier::kNamespaces : options.tier;
  GB_TRY(std::unique_ptr<State> state, fork_keeper(options, first));
  return LauncherProcess(std::move(state));
}

Result<void> LauncherProcess::stand() {
  Result<void> namespaces = state_->stand();
  if (namespaces.has_value() || state_->options.tier != Tier::kNone) return namespaces;
  state_->end();
  GB_TRY(state_, fork_keeper(state_->options, Tier::kLandlock));
  Result<void> landlock = state_->stand();
  if (landlock.has_error()) {
    Error both = namespaces.error();
    return std::move(both).with_message(fmt::format("{} (and the landlock tier: {})",
                                                    namespaces.error().message(),
                                                    landlock.error().message()));
  }
  explain_missing_namespaces(state_->report, namespaces.error());
  return ok();
}

Result<std::unique_ptr<LauncherProcess::State>> LauncherProcess::fork_keeper(
    const LauncherOptions& options, Tier tier) {
  GB_TRY(auto control, os::seqpacket_pair());
  GB_TRY(os::CloneResult keeper, os::clone_process());
  if (keeper.pid == 0) {
    control.first.reset();
    LauncherOptions of_tier = options;
    of_tier.tier = tier;
    run_keeper(of_tier, std::move(control.second));
  }
  auto state = std::make_unique<State>();
  state->options = options;
  state->keeper = keeper.pid;
  state->keeper_pidfd = std::move(keeper.pidfd);
  state->control = std::move(control.first);
  state->slots.resize(options.slots);
  if (options.end_orphans) ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  return state;
}

int LauncherProcess::pid() const {
  return state_->keeper;
}

std::size_t LauncherProcess::slots() const {
  return state_->options.slots;
}

const IsolationReport& LauncherProcess::isolation() const {
  return state_->report;
}

std::unique_ptr<Sandbox> LauncherProcess::make_sandbox(boost::asio::io_context& loop,
                                                       OnLost on_lost) {
  // This process keeps the control socket too: closing it ends the launcher.
  UniqueFd control(::fcntl(state_->control.get(), F_DUPFD_CLOEXEC, 3));
  SlotPoolOptions options;
  options.on_lost = [end_orphans = state_->options.end_orphans,
                     spared = state_->options.other_children, on_lost](const std::string& why) {
    if (end_orphans) end_adopted_children(spared);
    on_lost(why);
  };
  return make_slot_pool(loop, std::move(control), std::move(state_->slots), state_->report,
                        std::move(options));
}

IsolationReport probe_isolation() {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / random_id("glovebox-probe-");
  std::error_code failure;
  std::filesystem::create_directories(folder / "projects", failure);
  ScopeExit remove([&] { std::filesystem::remove_all(folder, failure); });
  LauncherOptions options;
  options.project_root = folder / "projects";
  options.work_root = folder / "work";
  Result<LauncherProcess> launcher = LauncherProcess::spawn(options);
  return launcher.has_value() ? launcher->isolation() : describe_failure(launcher.error());
}

}  // namespace glovebox
