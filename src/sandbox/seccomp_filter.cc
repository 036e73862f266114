#include "sandbox/seccomp_filter.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>
#include <span>
#include <string_view>

#include "base/os.h"
#include "sandbox/landlock_calls.h"
#include "sandbox/seccomp_calls.h"
#include "sandbox/seccomp_prelude.h"

namespace glovebox {
namespace {

using Context = std::unique_ptr<void, decltype(&seccomp_release)>;

// libseccomp returns -errno. A call that this library does not know stays at the default, ENOSYS.
Result<void> add(const Context& context, std::uint32_t action, const char* name,
                 std::initializer_list<scmp_arg_cmp> conditions = {}) {
  int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR || number < 0) return ok();
  int result = seccomp_rule_add_exact_array(
      context.get(), action, number, static_cast<unsigned>(conditions.size()), conditions.begin());
  if (result < 0) return Error::from_errno("seccomp_rule_add", name, -result);
  return ok();
}

constexpr std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);
constexpr std::uint32_t kUnknown = SCMP_ACT_ERRNO(ENOSYS);

// The kernel takes 32 bits of these arguments: compared as 32 bits, whatever stands above them
// (CVE-2019-10063).
scmp_arg_cmp low_word_is(unsigned argument, std::uint32_t value) {
  return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value};
}
scmp_arg_cmp bits_set(unsigned argument, std::uint64_t bits) {
  return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, bits, bits};
}
scmp_arg_cmp bits_clear(unsigned argument, std::uint64_t bits) {
  return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

using Names = std::set<std::string_view>;

Result<void> add_all(const Context& context, std::uint32_t action,
                     std::span<const char* const> names, const Names& but = {}) {
  for (const char* name : names) {
    if (!but.contains(name)) GB_TRY_VOID(add(context, action, name));
  }
  return ok();
}

Result<void> add_plain_calls(const Context& context, UnmappedMemory memory, const Names& but = {}) {
  if (memory == UnmappedMemory::kCounted) {
    GB_TRY_VOID(add_all(context, SCMP_ACT_ALLOW, kUnmappedMemoryCalls, but));
  }
  GB_TRY_VOID(add_all(context, SCMP_ACT_ALLOW, kAllowedCalls, but));
  GB_TRY_VOID(add_all(context, SCMP_ACT_ERRNO(0), kPretendedCalls));
  return add_all(context, kRefuse, kRefusedCalls);
}

// Returns which calls it has given rules of their own.
Result<Names> add_ipc_calls(const Context& context, UnmappedMemory memory) {
  Names asked;
  const Names unmapped(std::begin(kUnmappedMemoryCalls), std::end(kUnmappedMemoryCalls));
  for (const char* name : kIpcMakingCalls) {
    if (memory == UnmappedMemory::kNotCounted && unmapped.contains(name)) continue;
    GB_TRY_VOID(add(context, SCMP_ACT_NOTIFY, name));
    asked.insert(name);
  }
  return asked;
}

// New user, network, cgroup and time namespaces are refused here. The other four a slot makes for
// each job; a job, without capabilities, gets EPERM for them from the kernel.
Result<void> add_clone(const Context& context, std::uint32_t otherwise) {
  constexpr std::uint64_t kNamespaces[] = {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWCGROUP};
  std::uint64_t all = 0;
  for (std::uint64_t flag : kNamespaces) {
    GB_TRY_VOID(add(context, kRefuse, "clone", {bits_set(0, flag)}));
    all |= flag;
  }
  return add(context, otherwise, "clone", {bits_clear(0, all)});
}

// Local sockets only, told apart on 32 bits as the kernel does. The network namespace is empty all
// the same.
Result<void> add_sockets(const Context& context, std::initializer_list<const char*> calls) {
  for (const char* name : calls) {
    for (std::uint32_t family = 0; family < AF_MAX; ++family) {
      std::uint32_t action = family == AF_UNIX ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EAFNOSUPPORT);
      GB_TRY_VOID(add(context, action, name, {low_word_is(0, family)}));
    }
  }
  return ok();
}

// open(2) looks at its mode only where it makes a file; elsewhere that register holds anything.
Result<void> add_open(const Context& context) {
  struct OpenCall {
    const char* name;
    unsigned flags_argument;
  };
  constexpr std::uint64_t kTmpfile = O_TMPFILE & ~O_DIRECTORY;
  for (auto [name, flags] : {OpenCall{"open", 1}, OpenCall{"openat", 2}}) {
    unsigned mode = flags + 1;
    GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, name, {bits_clear(flags, O_CREAT | kTmpfile)}));
    for (std::uint64_t making : {std::uint64_t{O_CREAT}, kTmpfile}) {
      GB_TRY_VOID(add(context, kRefuse, name, {bits_set(flags, making), bits_set(mode, S_ISUID)}));
      GB_TRY_VOID(add(context, kRefuse, name, {bits_set(flags, making), bits_set(mode, S_ISGID)}));
      GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, name,
                      {bits_set(flags, making), bits_clear(mode, S_ISUID | S_ISGID)}));
    }
  }
  return ok();
}

// No setuid or setgid files, though no mount would honour them. `by_path`: where the file is named
// by its path, and the mode is harmless.
Result<void> add_modes(const Context& context, std::uint32_t by_path) {
  struct ModeCall {
    const char* name;
    unsigned mode_argument;
    std::uint32_t harmless = SCMP_ACT_ALLOW;
  };
  for (auto [name, argument, harmless] :
       {ModeCall{"chmod", 1, by_path}, ModeCall{"fchmod", 1}, ModeCall{"fchmodat", 2, by_path},
        ModeCall{"creat", 1}, ModeCall{"mknod", 1}, ModeCall{"mknodat", 2}}) {
    GB_TRY_VOID(add(context, kRefuse, name, {bits_set(argument, S_ISUID)}));
    GB_TRY_VOID(add(context, kRefuse, name, {bits_set(argument, S_ISGID)}));
    GB_TRY_VOID(add(context, harmless, name, {bits_clear(argument, S_ISUID | S_ISGID)}));
  }
  return add_open(context);
}

Result<void> add_personality(const Context& context) {
  constexpr std::uint64_t kQuery = 0xffffffff;
  GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, "personality", {low_word_is(0, 0)}));
  return add(context, SCMP_ACT_ALLOW, "personality", {low_word_is(0, kQuery)});
}

void refuse_opening(SeccompPrelude& prelude, std::uint32_t mask, std::uint32_t flags) {
  prelude.refuse_bits(SYS_open, 1, mask, flags);
  prelude.refuse_bits(SYS_openat, 2, mask, flags);
}

// Notes which calls it has given rules of their own.
Result<void> add_landlock_tier_calls(const Context& context, int landlock_abi, Names& own_rules) {
  auto rule = [&](std::uint32_t action, std::span<const char* const> names) {
    own_rules.insert(names.begin(), names.end());
    // libseccomp takes no rule that says what holds anyway.
    return action == kUnknown ? ok() : add_all(context, action, names);
  };
  bool signals_are_held = landlock_abi >= 6;
  GB_TRY_VOID(rule(kUnknown, kGoneCalls));
  GB_TRY_VOID(rule(kRefuse, kRefusedToJobs));
  GB_TRY_VOID(rule(SCMP_ACT_ERRNO(EOPNOTSUPP), kAttributeCalls));
  GB_TRY_VOID(rule(SCMP_ACT_NOTIFY, kAskedCalls));
  GB_TRY_VOID(rule(signals_are_held ? SCMP_ACT_ALLOW : SCMP_ACT_NOTIFY, kSignalCalls));
  GB_TRY_VOID(rule(signals_are_held ? SCMP_ACT_ALLOW : kUnknown, kPidfdCalls));
  // Without a path it is futimens(3), of an open file.
  own_rules.insert("utimensat");
  GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, "utimensat", {scmp_arg_cmp{1, SCMP_CMP_EQ, 0, 0}}));
  return add(context, SCMP_ACT_NOTIFY, "utimensat", {scmp_arg_cmp{1, SCMP_CMP_NE, 0, 0}});
}

void add_landlock_tier_checks(SeccompPrelude& prelude, int landlock_abi) {
  // Landlock looks at truncation from ABI 3 on; before, only at opening for writing.
  if (landlock_abi < 3) refuse_opening(prelude, O_ACCMODE | O_TRUNC, O_RDONLY | O_TRUNC);
  for (const SelfCall& call : kSelfCalls) {
    int number = seccomp_syscall_resolve_name(call.name);
    if (number >= 0) prelude.refuse_all_but(number, call.argument, {0});
  }
  constexpr std::uint32_t kIoPrioProcess = 1, kIoPrioGroup = 2;
  prelude.refuse_all_but(SYS_setpriority, 0, {PRIO_PROCESS, PRIO_PGRP});
  prelude.refuse_all_but(SYS_ioprio_set, 0, {kIoPrioProcess, kIoPrioGroup});
  // SIGIO, or any other signal, to whoever shares the uid. A lease would hold up the broker.
  prelude.refuse(SYS_fcntl, 1, {F_SETOWN, F_SETOWN_EX, F_SETSIG, F_SETLEASE});
  // A datagram socket can be aimed anew with each message.
  constexpr std::uint32_t kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  prelude.refuse_all_but(
      SYS_socketpair, 1,
      {SOCK_STREAM, SOCK_SEQPACKET, SOCK_STREAM | SOCK_NONBLOCK, SOCK_SEQPACKET | SOCK_NONBLOCK,
       SOCK_STREAM | SOCK_CLOEXEC, SOCK_SEQPACKET | SOCK_CLOEXEC, SOCK_STREAM | kFlags,
       SOCK_SEQPACKET | kFlags});
}

// What both tiers check by hand. Terminals: no typing into one (TIOCSTI, CVE-2017-5226), no console
// selection (TIOCLINUX). Core files: a limit of 1 byte keeps even the host's handler away
// (core(5)), which one of 0 would bring back.
SeccompPrelude common_checks() {
  SeccompPrelude prelude;
  prelude.refuse(SYS_ioctl, 1, {TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP});
  // A number that stays with an inode and changes no time of it: what is kept from job to job is
  // known by those (job_traces.h).
  prelude.refuse(SYS_fcntl, 1, {F_SET_RW_HINT, F_SET_FILE_RW_HINT});
  prelude.pretend(SYS_setrlimit, 0, RLIMIT_CORE, -1);
  prelude.pretend(SYS_prlimit64, 1, RLIMIT_CORE, 2);
  // Neither for reading nor for writing (open(2), "access mode 3"): Landlock sees no access in it,
  // and with O_TRUNC, before ABI 3, it empties every file that the uid may write to.
  refuse_opening(prelude, O_ACCMODE, O_ACCMODE);
  return prelude;
}

Result<SeccompProgram> export_program(const Context& context) {
  UniqueFd file(::memfd_create("seccomp", MFD_CLOEXEC));
  GB_TRY_VOID(os::check(file.get(), "memfd_create", ""));
  int result = seccomp_export_bpf(context.get(), file.get());
  if (result < 0) return Error::from_errno("seccomp_export_bpf", "", -result);
  off_t size = ::lseek(file.get(), 0, SEEK_END);
  SeccompProgram program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  ssize_t n = ::pread(file.get(), program.data(), static_cast<std::size_t>(size), 0);
  GB_TRY_VOID(os::check(n, "pread", "seccomp program"));
  if (n != size || program.empty()) return internal_error("the seccomp program was cut short");
  return program;
}

Result<Context> start_filter() {
  Context context(seccomp_init(kUnknown), seccomp_release);
  if (!context) return internal_error("seccomp_init failed");
  int result = seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A binary tree instead of a list: some 10 comparisons for a call instead of some 300.
  if (result == 0) result = seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (result < 0) return Error::from_errno("seccomp_attr_set", "", -result);
  return context;
}

sock_fprog as_filter(const SeccompProgram& program) {
  return {static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
}

}  // namespace

Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory) {
  GB_TRY(Context context, start_filter());
  GB_TRY(Names asked, add_ipc_calls(context, memory));
  GB_TRY_VOID(add_plain_calls(context, memory, asked));
  GB_TRY_VOID(add_clone(context, SCMP_ACT_ALLOW));
  GB_TRY_VOID(add_sockets(context, {"socket", "socketpair"}));
  GB_TRY_VOID(add_modes(context, SCMP_ACT_ALLOW));
  GB_TRY_VOID(add_personality(context));
  GB_TRY(SeccompProgram program, export_program(context));
  common_checks().prepend_to(program);
  return program;
}

Result<SeccompProgram> compile_landlock_tier_filter(UnmappedMemory memory, int landlock_abi) {
  GB_TRY(Context context, start_filter());
  std::set<std::string_view> own_rules;
  GB_TRY_VOID(add_landlock_tier_calls(context, landlock_abi, own_rules));
  GB_TRY_VOID(add_plain_calls(context, memory, own_rules));
  GB_TRY_VOID(add_clone(context, SCMP_ACT_NOTIFY));
  GB_TRY_VOID(add_sockets(context, {"socketpair"}));
  GB_TRY_VOID(add_modes(context, SCMP_ACT_NOTIFY));
  GB_TRY_VOID(add_personality(context));
  GB_TRY(SeccompProgram program, export_program(context));
  SeccompPrelude prelude = common_checks();
  add_landlock_tier_checks(prelude, landlock_abi);
  prelude.prepend_to(program);
  return program;
}

SeccompProgram without_questions(SeccompProgram program) {
  for (sock_filter& instruction : program) {
    bool asks = instruction.code == (BPF_RET | BPF_K) && instruction.k == SECCOMP_RET_USER_NOTIF;
    if (asks) instruction.k = SECCOMP_RET_ALLOW;
  }
  return program;
}

const SeccompProgram& descriptor_passing_filter() {
  static const SeccompProgram program = [] {
    SeccompPrelude checks;
    checks.refuse_call(SYS_sendmsg);
    checks.refuse_call(SYS_sendmmsg);
    SeccompProgram allow{BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    checks.prepend_to(allow);
    return allow;
  }();
  return program;
}

Result<void> install_seccomp_filter(const SeccompProgram& program) {
  sock_fprog filter = as_filter(program);
  return os::check(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp", "");
}

int install_asking_filter(const SeccompProgram& program) {
  // A question under way is not broken off by a signal that the job may survive (Linux 5.19): what
  // its supervisor did for it would be done twice.
  constexpr unsigned kWaitKillable = 1UL << 5;
  sock_fprog filter = as_filter(program);
  long listener = -1;
  for (unsigned flags : {kWaitKillable, 0U}) {
    listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                         SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &filter);
    if (listener >= 0 || errno != EINVAL) break;
  }
  return static_cast<int>(listener);
}

}  // namespace glovebox
