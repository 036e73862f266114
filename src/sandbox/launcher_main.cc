#include "sandbox/launcher_main.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "sandbox/adopted.h"
#include "sandbox/isolation_report.h"
#include "sandbox/launcher_protocol.h"
#include "sandbox/packet.h"
#include "sandbox/pidfd.h"
#include "sandbox/process_title.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot_factory.h"

namespace glovebox {
namespace {

// A slot that dies at once is not remade in a hot loop.
constexpr std::chrono::milliseconds kRemakeDelay{20};
constexpr int kRemakeAttempts = 5;

class Launcher {
 public:
  Launcher(SlotFactory factory, std::size_t slots, UniqueFd control)
      : factory_(std::move(factory)), control_(std::move(control)), slots_(slots) {}

  // Side by side: there is a processor for each. All that were begun are waited for.
  Result<void> make_all() {
    std::vector<Result<RisingSlot>> rising;
    while (rising.size() < slots_.size() && (rising.empty() || rising.back().has_value())) {
      rising.push_back(factory_.begin(rising.size()));
    }
    Result<void> all = ok();
    for (std::size_t i = 0; i < rising.size(); ++i) {
      Result<void> made = stand(i, std::move(rising[i]));
      // What fails has an errno, and would again. One that was killed on its way has none.
      if (made.has_error() && made.error().errno_value() == 0) made = make_again(i);
      if (all.has_value()) all = made;
    }
    return all;
  }

  // Until the server is gone or a slot cannot be replaced.
  Result<void> watch() {
    for (;;) {
      std::vector<pollfd> fds{{control_.get(), POLLIN, 0}};
      for (const SlotProcess& slot : slots_) fds.push_back({slot.pidfd.get(), POLLIN, 0});
      if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return ok();
      if (fds[0].revents != 0) return ok();
      for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (fds[i + 1].revents != 0) GB_TRY_VOID(replace(i));
      }
    }
  }

  void end_all() {
    for (const SlotProcess& slot : slots_) {
      if (slot.pid > 0) pidfd_kill(slot.pidfd);
    }
    for (SlotProcess& slot : slots_) {
      if (slot.pid > 0) ::waitpid(slot.pid, nullptr, 0);
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
    int fds[] = {made.second.get()};
    return send_packet(control_.get(), encode(SlotPacket{index}), fds);
  }

  Result<void> report(const SlotProcess& first) const {
    HostFindings found{factory_.tier(), factory_.landlock_abi(), first.own_proc, first.own_hostname,
                       first.listens};
    ReportPacket packet{describe_isolation(factory_.cgroups(), found)};
    return send_packet(control_.get(), encode(packet));
  }

  Result<void> replace(std::size_t index) {
    ::waitpid(slots_[index].pid, nullptr, 0);
    slots_[index].pid = 0;
    end_adopted();
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

  // What a slot of the landlock tier leaves behind when it is killed falls to us.
  void end_adopted() const {
    if (factory_.tier() != Tier::kLandlock) return;
    std::vector<pid_t> own;
    for (const SlotProcess& slot : slots_) own.push_back(slot.pid);
    end_adopted_children(own);
  }

  SlotFactory factory_;
  UniqueFd control_;
  std::vector<SlotProcess> slots_;
  bool reported_ = false;
};

[[noreturn]] void fail(const UniqueFd& control, const Error& error) {
  (void)send_packet(control.get(), encode(FailedPacket{error.message(), error.errno_value()}));
  ::_exit(kLauncherFailed);
}

}  // namespace

void run_launcher(const LauncherOptions& options, UniqueFd control) {
  set_process_title("glovebox-launcher");
  // In one tier it writes the id maps of its children; in the other jobs share its uid.
  ::prctl(PR_SET_DUMPABLE, options.tier == Tier::kNamespaces ? 1 : 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  fail_setup_step(options.fail_step, options.fail_errno, options.fail_after_proof);
  Result<SlotFactory> factory = SlotFactory::create(options, options.tier);
  if (factory.has_error()) fail(control, factory.error());
  UniqueFd control_copy(::fcntl(control.get(), F_DUPFD_CLOEXEC, 3));
  Launcher launcher(std::move(*factory), options.slots, std::move(control));
  Result<void> result = launcher.make_all();
  if (result.has_value()) result = launcher.watch();
  launcher.end_all();
  if (result.has_error()) fail(control_copy, result.error());
  ::_exit(0);
}

}  // namespace glovebox
