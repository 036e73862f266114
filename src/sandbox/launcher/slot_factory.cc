#include "sandbox/launcher/slot_factory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/os.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/landlock/landlock_domain.h"
#include "sandbox/launcher/process_title.h"
#include "sandbox/namespaces/root_tree.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kSlotNamespaces =
    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
constexpr int kSetUpPatienceMs = 20'000;
constexpr std::chrono::seconds kSlotDeathPatience{5};

constexpr std::string_view kReady = "ready";

// Closes every descriptor except `keep`: a slot must not have the launcher's descriptors.
void keep_only(std::vector<int> keep) {
  std::ranges::sort(keep);
  unsigned from = 3;
  for (int fd : keep) {
    if (fd < 3) continue;
    if (static_cast<unsigned>(fd) > from) ::close_range(from, static_cast<unsigned>(fd) - 1, 0);
    from = static_cast<unsigned>(fd) + 1;
  }
  ::close_range(from, ~0U, 0);
  int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd : {0, 1, 2}) ::dup2(null, fd);
  if (null > 2) ::close(null);
}

std::vector<int> descriptors_of(const SlotConfig& config) {
  const CgroupFiles& c = config.cgroup;
  std::vector<int> fds{config.store_mount.get(), config.roots_mount.get(), config.devices.get(),
                       config.server.get(), config.lifeline.get()};
  for (const UniqueFd* fd :
       {&c.memory_limit, &c.memory_swap_limit, &c.memory_current, &c.memory_reclaim, &c.memory_peak,
        &c.memory_events, &c.memory_notify, &c.pids_limit, &c.pids_current, &c.pids_peak,
        &c.pids_events, &c.cpu_limit, &c.cpu_user, &c.cpu_system, &c.cpu_total}) {
    fds.push_back(fd->get());
  }
  return fds;
}

// The child's half of the handshake: receives "go", sends "ready" or the failed step.
[[noreturn]] void slot_main(SlotConfig config, UniqueFd parent) {
  set_process_title("glovebox-slot");
  std::vector<int> keep = descriptors_of(config);
  keep.push_back(parent.get());
  keep_only(std::move(keep));
  Result<Packet> go = receive_packet(parent.get(), true);
  if (go.has_error() || go->end) ::_exit(1);
  Result<void> entered =
      config.tier == Tier::kNamespaces ? enter_slot(config) : enter_landlock_slot(config);
  if (entered.has_error()) {
    PacketWriter failure;
    failure.text(entered.error().message());
    failure.number(entered.error().errno_value());
    (void)send_packet(parent.get(), failure.str());
    ::_exit(1);
  }
  PacketWriter ready;
  ready.text(kReady);
  ready.number(config.own_proc);
  ready.number(config.own_hostname);
  ready.number(config.calls.valid());
  if (send_packet(parent.get(), ready.str()).has_error()) ::_exit(1);
  parent.reset();
  run_slot(std::move(config));
}

// Receives what the slot determined.
Result<void> await_ready(const UniqueFd& child, SlotProcess& slot) {
  pollfd readable{child.get(), POLLIN, 0};
  if (::poll(&readable, 1, kSetUpPatienceMs) != 1) {
    return internal_error("clone-slot: the slot was not ready after 20 s");
  }
  GB_TRY(Packet answer, receive_packet(child.get(), false));
  PacketReader reader(answer.bytes);
  std::string message = reader.text();
  if (message == kReady) {
    slot.own_proc = reader.number() != 0;
    slot.own_hostname = reader.number() != 0;
    slot.listens = reader.number() != 0;
    if (reader.complete()) return ok();
  }
  int errno_value = static_cast<int>(reader.number());
  if (!reader.complete()) return internal_error("clone-slot: the slot died during its set-up");
  // The message already ends with strerror; only the number is needed here.
  return Error::from_errno("", "", errno_value).with_message(message);
}

void bury(SlotProcess& slot) {
  pidfd_kill(slot.pidfd);
  bury_within(slot.pid, slot.pidfd, kSlotDeathPatience);
  slot.leaf.remove();
}

}  // namespace

Result<SlotFactory> SlotFactory::create(const LauncherOptions& options, Tier tier) {
  SlotFactory factory(tier, CgroupTree::discover());
  factory.cgroups_.sweep();
  factory.store_dir_ = options.project_root;
  factory.roots_dir_ = options.roots_dir;
  factory.work_root_ = options.work_root;
  factory.landlock_abi_ = glovebox::landlock_abi();
  if (options.landlock_abi_at_most > 0) {
    factory.landlock_abi_ = std::min(factory.landlock_abi_, options.landlock_abi_at_most);
  }
  auto memory = std::ranges::count(factory.cgroups_.layers(), "cgroup-memory") > 0
                    ? UnmappedMemory::kCounted
                    : UnmappedMemory::kNotCounted;
  if (tier == Tier::kNamespaces) {
    GB_TRY(factory.seccomp_, compile_seccomp_filter(memory, Listener::kSupervisor));
    GB_TRY(factory.seccomp_unasked_, compile_seccomp_filter(memory, Listener::kNone));
  } else {
    if (factory.landlock_abi_ == 0) {
      return Error::from_errno("landlock",
                               "the kernel has none, or it is not among its lsm=", EOPNOTSUPP);
    }
    GB_TRY_VOID(os::ensure_dir(factory.work_root_, 0700));
    // In the form in which the kernel shows a job's current directory; the broker compares the two.
    std::error_code failure;
    factory.work_root_ = std::filesystem::canonical(options.work_root, failure);
    if (failure) return Error::from_errno("work", options.work_root.native(), failure.value());
    GB_TRY(factory.seccomp_, compile_landlock_tier_filter(memory, factory.landlock_abi_));
  }
  GB_TRY(factory.lifeline_, os::pipe());
  return factory;
}

Result<void> SlotFactory::admit(const SlotProcess& slot, const IdMap& ids,
                                const UniqueFd& child) const {
  if (tier_ == Tier::kNamespaces) {
    GB_TRY_VOID(setup_step("id-map", [&] { return write_id_map(slot.pid, ids); }));
  }
  GB_TRY_VOID(setup_step("cgroup-enter", [&] { return slot.leaf.enter(slot.pid); }));
  return send_packet(child.get(), "go");
}

Result<SlotConfig> SlotFactory::plan(std::size_t index) const {
  SlotConfig config;
  config.index = index;
  config.tier = tier_;
  config.store_dir = store_dir_;
  config.seccomp = seccomp_;
  config.seccomp_unasked = seccomp_unasked_;
  config.landlock_abi = landlock_abi_;
  if (tier_ == Tier::kLandlock) {
    config.work_dir = fmt::format("{}/{}", work_root_, index);
    return config;
  }
  config.ids = plan_id_map(index);
  config.roots_dir = roots_dir_;
  if (config.ids.own_ids && !roots_dir_.empty()) {
    GB_TRY_VOID(setup_step("roots", [&]() -> Result<void> {
      GB_TRY(config.roots_mount, make_roots_mount(roots_dir_));
      return ok();
    }));
  }
  GB_TRY_VOID(setup_step("store-mount", [&]() -> Result<void> {
    GB_TRY(config.store_mount, make_store_mount(store_dir_, config.ids));
    return ok();
  }));
  if (config.ids.own_ids) {
    // Containers may refuse mknod(2) even to their root.
    Result<UniqueFd> devices = make_devices();
    if (devices) config.devices = std::move(*devices);
  }
  return config;
}

Result<RisingSlot> SlotFactory::begin(std::size_t index) const {
  SlotProcess slot;
  GB_TRY_VOID(setup_step("cgroup-create", [&]() -> Result<void> {
    GB_TRY(slot.leaf, cgroups_.make_leaf(index));
    return ok();
  }));
  GB_TRY(SlotConfig config, plan(index));
  config.cgroup = std::exchange(slot.leaf.files, CgroupFiles{.version = slot.leaf.files.version});
  config.leaf_record = slot.leaf.record;
  GB_TRY(auto server, os::seqpacket_pair());
  GB_TRY(auto handshake, os::seqpacket_pair());
  GB_TRY_VOID(setup_step("clone-slot", [&]() -> Result<void> {
    std::uint64_t namespaces = tier_ == Tier::kNamespaces ? kSlotNamespaces : 0;
    GB_TRY(os::CloneResult child, os::clone_process(namespaces));
    slot.pid = child.pid;
    slot.pidfd = std::move(child.pidfd);
    return ok();
  }));
  if (slot.pid == 0) {
    config.server = std::move(server.second);
    config.lifeline = UniqueFd(::fcntl(lifeline_.first.get(), F_DUPFD_CLOEXEC, 3));
    slot_main(std::move(config), std::move(handshake.second));
  }
  handshake.second.reset();
  Result<void> admitted = admit(slot, config.ids, handshake.first);
  if (admitted.has_value()) {
    return RisingSlot{std::move(slot), std::move(server.first), std::move(handshake.first)};
  }
  bury(slot);
  return admitted.error();
}

Result<std::pair<SlotProcess, UniqueFd>> SlotFactory::stand(RisingSlot rising) const {
  Result<void> ready = await_ready(rising.handshake, rising.slot);
  if (ready.has_value()) return std::pair(std::move(rising.slot), std::move(rising.server));
  bury(rising.slot);
  return ready.error();
}

}  // namespace glovebox
