#include "outbound/sender_main.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include "base/os.h"
#include "outbound/https_call.h"
#include "outbound/outbound_protocol.h"
#include "outbound/sender_calls.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/launcher/process_title.h"
#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

constexpr int kLookAtSenderMs = 1000;
constexpr int kShortestDelayMs = 50;
constexpr int kLongestRestartDelayMs = 5000;
constexpr std::chrono::seconds kSenderLongLife{60};
constexpr std::chrono::seconds kSenderDeathPatience{5};
constexpr rlim_t kSenderDescriptors = 256;
constexpr rlim_t kSenderMemory = 1ULL << 30;
constexpr std::size_t kMaxHostsBytes = 1 << 20;
constexpr uid_t kNobody = 65534;

// A terminal's Ctrl-C and a service manager's SIGTERM are for the server.
void settle_sender_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_IGN);
}

// Nothing of the server's remains but the socket, as descriptor 3.
void keep_only(UniqueFd& socket) {
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd : {0, 1, 2}) ::dup2(null.get(), fd);
  null.reset();
  ::dup2(socket.get(), 3);
  ::close_range(4, ~0U, 0);
  [[maybe_unused]] int unused = socket.release();
  socket.reset(3);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
}

// Root's files, the data directory among them, are then out of reach even without Landlock. In a
// user namespace that does not map nobody the uid stays.
void become_nobody() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0) return;
  [[maybe_unused]] int unused = ::setresuid(kNobody, kNobody, kNobody);
}

void limit_resources() {
  auto lower = [](__rlimit_resource_t what, rlim_t value) {
    rlimit limit{};
    ::getrlimit(what, &limit);
    limit.rlim_cur = limit.rlim_max = std::min(limit.rlim_max, value);
    ::setrlimit(what, &limit);
  };
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_FSIZE, 0);
  lower(RLIMIT_NOFILE, kSenderDescriptors);
#ifndef __SANITIZE_ADDRESS__  // whose shadow memory is larger than any limit
  lower(RLIMIT_DATA, kSenderMemory);
#endif
}

struct SenderParts {
  SenderOptions options;
  TrustStore trust;
  std::vector<HostLookup> lookups;  // one for each thread
  std::string note;
};

Result<SenderParts> prepare_sender(const SenderOptions& options) {
  GB_TRY_VOID(prepare_https());
  GB_TRY(TrustStore trust, TrustStore::load(options.ca_certificates));
  SenderParts parts{options, std::move(trust), {}, {}};
  if (parts.trust.bundle().empty()) {
    parts.note = "no certificate authorities of the system were found; install ca-certificates";
  }
  ::unsetenv("HOSTALIASES");  // would be read at each look-up
  Result<std::string> hosts = os::read_file("/etc/hosts", kMaxHostsBytes);
  auto names =
      std::make_shared<const HostNames>(hosts.has_value() ? parse_hosts_file(*hosts) : HostNames());
  while (parts.lookups.size() < kMaxOutboundCalls) {
    GB_TRY(HostLookup lookup, HostLookup::prepare(options.dns_server, names));
    parts.lookups.push_back(std::move(lookup));
  }
  return parts;
}

Result<void> seal_sender(const SenderOptions& options) {
  GB_TRY_VOID(
      os::check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)", ""));
  if (options.confine) GB_TRY_VOID(options.confine(SenderOptions::Process::kSender));
  return seal_sender_calls();
}

Result<OutboundAnswer> make_call(const CallPacket& call, const SenderParts& parts,
                                 HostLookup& lookup) {
  GB_TRY_VOID(check_outbound_request(call.request));
  return perform_call(call.request, parts.options, parts.trust, lookup);
}

// Until the server is gone.
void serve_calls(const UniqueFd& socket, std::int64_t generation, const SenderParts& parts,
                 HostLookup& lookup) {
  for (;;) {
    Result<Packet> packet = receive_packet(socket.get(), true);
    if (packet.has_error() || packet->end) ::_exit(0);
    Result<CallPacket> call = decode_to_sender(packet->bytes);
    if (call.has_error()) ::_exit(1);
    if (call->generation != generation) continue;
    CallEndedPacket ended{call->id, make_call(*call, parts, lookup)};
    if (send_packet(socket.get(), encode(ended)).has_error()) ::_exit(0);
  }
}

[[noreturn]] void run_sender(const SenderOptions& options, std::int64_t generation,
                             const UniqueFd& socket) {
  set_process_title("glovebox-sender");
  limit_resources();
  Result<SenderParts> parts = prepare_sender(options);
  Result<void> sealed = parts.has_value() ? seal_sender(options) : parts.error();
  if (sealed.has_error()) {
    SenderReadyPacket failed{0, "the sender cannot start: " + sealed.error().message()};
    (void)send_packet(socket.get(), encode(failed));
    ::_exit(1);
  }
  (void)send_packet(socket.get(), encode(SenderReadyPacket{generation, parts->note}));
  std::vector<std::thread> threads;
  for (HostLookup& lookup : parts->lookups) {
    threads.emplace_back([&] { serve_calls(socket, generation, *parts, lookup); });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

// When the files that a sender has read were last replaced.
std::array<std::int64_t, 6> resolver_state() {
  std::array<std::int64_t, 6> state{};
  std::size_t at = 0;
  for (const char* path : {"/etc/resolv.conf", "/etc/hosts"}) {
    struct stat info {};
    ::stat(path, &info);
    for (std::int64_t part : {std::int64_t(info.st_ino), std::int64_t(info.st_mtim.tv_sec),
                              std::int64_t(info.st_mtim.tv_nsec)}) {
      state[at++] = part;
    }
  }
  return state;
}

bool server_ends_within(const UniqueFd& socket, const UniqueFd& sender, int timeout_ms) {
  std::array<pollfd, 2> fds{pollfd{socket.get(), 0, 0}, {sender.get(), POLLIN, 0}};
  while (::poll(fds.data(), fds.size(), timeout_ms) < 0 && errno == EINTR) {
  }
  return (fds[0].revents & (POLLHUP | POLLERR)) != 0;
}

// True: the server is gone. False: the sender has ended.
bool watch_sender(const UniqueFd& socket, const os::CloneResult& sender) {
  const auto state = resolver_state();
  for (int stopped_looks = 0;;) {
    if (server_ends_within(socket, sender.pidfd, kLookAtSenderMs)) return true;
    pollfd ended{sender.pidfd.get(), POLLIN, 0};
    if (::poll(&ended, 1, 0) != 0) return false;
    stopped_looks = is_stopped(sender.pid) ? stopped_looks + 1 : 0;
    if (stopped_looks > 1 || resolver_state() != state) pidfd_kill(sender.pidfd);
  }
}

// Requests that the dead sender had not read: the server was notified that they are lost.
void drop_waiting_calls(const UniqueFd& socket) {
  for (;;) {
    Result<Packet> packet = receive_packet(socket.get(), false);
    if (packet.has_error() || packet->empty || packet->end) return;
  }
}

}  // namespace

void run_sender_keeper(const SenderOptions& options, UniqueFd socket) {
  ::setsid();
  settle_sender_signals();
  set_process_title("sender-keeper");
  keep_only(socket);
  become_nobody();
  ::prctl(PR_SET_DUMPABLE, 0);
  if (options.confine && options.confine(SenderOptions::Process::kKeeper).has_error()) ::_exit(1);
  int delay = kShortestDelayMs;
  for (std::int64_t generation = 1;; ++generation) {
    Result<os::CloneResult> sender = os::clone_process();
    if (sender.has_error()) ::_exit(1);
    if (sender->pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      run_sender(options, generation, socket);
    }
    auto begin = std::chrono::steady_clock::now();
    bool gone = watch_sender(socket, *sender);
    pidfd_kill(sender->pidfd);
    bury_within(sender->pid, sender->pidfd, kSenderDeathPatience);
    if (gone) ::_exit(0);
    if (std::chrono::steady_clock::now() - begin > kSenderLongLife) delay = kShortestDelayMs;
    drop_waiting_calls(socket);
    (void)send_packet(socket.get(), encode(SenderDiedPacket{generation}));
    if (server_ends_within(socket, UniqueFd(), delay)) ::_exit(0);
    delay = std::min(delay * 2, kLongestRestartDelayMs);
  }
}

}  // namespace glovebox
