#include "sandbox/launcher/launcher_main.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "sandbox/exec/pidfd.h"
#include "sandbox/launcher/adopted.h"
#include "sandbox/launcher/isolation_report.h"
#include "sandbox/launcher/launcher_protocol.h"
#include "sandbox/launcher/process_title.h"
#include "sandbox/launcher/slot_factory.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

// The minimum interval between replacements of a slot that dies immediately.
constexpr std::chrono::milliseconds kRemakeDelay{20};
constexpr int kRemakeAttempts = 5;
// How often to check for stopped slots.
constexpr std::chrono::milliseconds kLookEvery{1000};
constexpr std::chrono::seconds kSlotsDeathPatience{4};  // less than the keeper's interval
// How long to wait for a server that does not read.
constexpr timeval kSendPatience{30, 0};

class Launcher {
 public:
  Launcher(SlotFactory factory, std::size_t slots, UniqueFd control)
      : factory_(std::move(factory)),
        control_(std::move(control)),
        slots_(slots),
        offers_(slots),
        stopped_looks_(slots) {}

  // Creates slots in parallel, one per CPU. Waits for every slot that was started.
  Result<void> make_all() {
    std::vector<Result<RisingSlot>> rising;
    while (rising.size() < slots_.size() && (rising.empty() || rising.back().has_value())) {
      rising.push_back(factory_.begin(rising.size()));
    }
    Result<void> all = ok();
    for (std::size_t i = 0; i < rising.size(); ++i) {
      Result<void> made = stand(i, std::move(rising[i]));
      // A failed step has an errno and would fail again. A slot that was killed has none.
      if (made.has_error() && made.error().errno_value() == 0) made = make_again(i);
      if (all.has_value()) all = made;
    }
    return all;
  }

  // Runs until the server is gone or a slot cannot be replaced.
  Result<void> watch() {
    for (;;) {
      std::vector<pollfd> fds{{control_.get(), POLLIN, 0}};
      for (const SlotProcess& slot : slots_) fds.push_back({slot.pidfd.get(), POLLIN, 0});
      int ready = ::poll(fds.data(), fds.size(), static_cast<int>(kLookEvery.count()));
      if (ready < 0 && errno != EINTR) return ok();
      if (fds[0].revents != 0 && !hear()) return ok();
      for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (fds[i + 1].revents != 0) GB_TRY_VOID(replace(i));
      }
      kill_stopped();
    }
  }

  void end_all() {
    for (const SlotProcess& slot : slots_) {
      if (slot.pid > 0) pidfd_kill(slot.pidfd);
    }
    for (SlotProcess& slot : slots_) {
      if (slot.pid > 0) bury_within(slot.pid, slot.pidfd, kSlotsDeathPatience);
      slot.pid = 0;
      slot.leaf.remove();
    }
    end_adopted();
  }

 private:
  Result<void> stand(std::size_t index, Result<RisingSlot> rising) {
    if (rising.has_error()) return rising.error();
    GB_TRY(auto made, factory_.stand(std::move(*rising)));
    slots_[index] = std::move(made.first);
    if (!std::exchange(reported_, true)) GB_TRY_VOID(report(slots_[index]));
    stopped_looks_[index] = 0;
    ++offers_[index];
    int fds[] = {made.second.get()};
    return send_packet(control_.get(), encode(SlotPacket{index}), fds);
  }

  Result<void> report(const SlotProcess& first) const {
    HostFindings found{factory_.tier(), factory_.landlock_abi(), first.own_proc, first.own_hostname,
                       first.listens};
    ReportPacket packet{describe_isolation(factory_.cgroups(), found)};
    return send_packet(control_.get(), encode(packet));
  }

  // Returns false if the server is gone.
  bool hear() const {
    Result<Packet> packet = receive_packet(control_.get(), false);
    if (packet.has_error() || packet->end) return false;
    if (packet->empty) return true;
    Result<ReplacePacket> replace = decode_to_launcher(packet->bytes);
    if (replace.has_error()) return false;
    std::size_t index = replace->index;
    // Killing it is enough: a dead slot is replaced. A slot that does not die hangs in the kernel
    // and is not replaced until it ends.
    bool is_meant = index < slots_.size() && replace->offer == offers_[index];
    if (is_meant && slots_[index].pid > 0) pidfd_kill(slots_[index].pidfd);
    return true;
  }

  // A stopped slot (SIGSTOP) enforces no limit and receives no cancel. It is killed only when it is
  // still stopped at the next check, because an operator may stop and continue all processes of
  // Glovebox.
  void kill_stopped() {
    auto now = std::chrono::steady_clock::now();
    if (now < next_look_) return;
    next_look_ = now + kLookEvery;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      bool stopped = slots_[i].pid > 0 && is_stopped(slots_[i].pid);
      stopped_looks_[i] = stopped ? stopped_looks_[i] + 1 : 0;
      if (stopped_looks_[i] > 1) pidfd_kill(slots_[i].pidfd);
    }
  }

  // It has died.
  Result<void> replace(std::size_t index) {
    ::waitpid(slots_[index].pid, nullptr, 0);
    slots_[index].pid = 0;
    end_adopted();
    SlotDiedPacket died{index, slots_[index].leaf.was_killed_for_memory()};
    GB_TRY_VOID(send_packet(control_.get(), encode(died)));
    slots_[index].leaf.remove();
    slots_[index] = SlotProcess();
    return make_again(index);
  }

  Result<void> make_again(std::size_t index) {
    Result<void> made = ok();
    for (int attempt = 0; attempt < kRemakeAttempts; ++attempt) {
      std::this_thread::sleep_for(kRemakeDelay * (1 << attempt));
      made = stand(index, factory_.begin(index));
      if (made.has_value()) break;
    }
    return made;
  }

  // The orphans of a killed slot of the landlock tier become our children.
  void end_adopted() const {
    if (factory_.tier() != Tier::kLandlock) return;
    std::vector<pid_t> own;
    for (const SlotProcess& slot : slots_) own.push_back(slot.pid);
    end_adopted_children(own);
  }

  SlotFactory factory_;
  UniqueFd control_;
  std::vector<SlotProcess> slots_;
  std::vector<std::uint64_t> offers_;  // how many slots of that index were handed over
  std::vector<int> stopped_looks_;     // consecutive checks that found it stopped
  std::chrono::steady_clock::time_point next_look_;
  bool reported_ = false;
};

[[noreturn]] void fail(const UniqueFd& control, const Error& error) {
  (void)send_packet(control.get(), encode(FailedPacket{error.message(), error.errno_value()}));
  ::_exit(kLauncherFailed);
}

}  // namespace

void run_launcher(const LauncherOptions& options, UniqueFd control) {
  set_process_title("glovebox-launcher");
  // In the namespaces tier the launcher writes the id maps of its children; in the landlock tier
  // jobs share its uid.
  ::prctl(PR_SET_DUMPABLE, options.tier == Tier::kNamespaces ? 1 : 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  fail_setup_step(options.fail_step, options.fail_errno, options.fail_after_proof);
  Result<SlotFactory> factory = SlotFactory::create(options, options.tier);
  if (factory.has_error()) fail(control, factory.error());
  ::setsockopt(control.get(), SOL_SOCKET, SO_SNDTIMEO, &kSendPatience, sizeof kSendPatience);
  UniqueFd control_copy(::fcntl(control.get(), F_DUPFD_CLOEXEC, 3));
  Launcher launcher(std::move(*factory), options.slots, std::move(control));
  Result<void> result = launcher.make_all();
  if (result.has_value() && options.have_stood != nullptr) *options.have_stood = true;
  if (result.has_value()) result = launcher.watch();
  launcher.end_all();
  if (result.has_error()) fail(control_copy, result.error());
  ::_exit(0);
}

}  // namespace glovebox
