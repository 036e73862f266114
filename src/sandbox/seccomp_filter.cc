#include "sandbox/seccomp_filter.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <memory>

#include "base/os.h"
#include "sandbox/seccomp_calls.h"

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

Result<void> add_plain_calls(const Context& context, UnmappedMemory memory) {
  if (memory == UnmappedMemory::kCounted) {
    for (const char* name : kUnmappedMemoryCalls) GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, name));
  }
  for (const char* name : kAllowedCalls) GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, name));
  for (const char* name : kRefusedCalls) GB_TRY_VOID(add(context, kRefuse, name));
  return ok();
}

// New user, network, cgroup and time namespaces are refused here. The other four a slot makes for
// each job; a job, without capabilities, gets EPERM for them from the kernel.
Result<void> add_clone(const Context& context) {
  constexpr std::uint64_t kNamespaces[] = {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWCGROUP};
  std::uint64_t all = 0;
  for (std::uint64_t flag : kNamespaces) {
    GB_TRY_VOID(add(context, kRefuse, "clone", {bits_set(0, flag)}));
    all |= flag;
  }
  return add(context, SCMP_ACT_ALLOW, "clone", {bits_clear(0, all)});
}

// Local sockets only, told apart on 32 bits as the kernel does. The network namespace is empty all
// the same.
Result<void> add_sockets(const Context& context) {
  for (const char* name : {"socket", "socketpair"}) {
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

// No setuid or setgid files, though no mount would honour them.
Result<void> add_modes(const Context& context) {
  struct ModeCall {
    const char* name;
    unsigned mode_argument;
  };
  for (auto [name, argument] :
       {ModeCall{"chmod", 1}, ModeCall{"fchmod", 1}, ModeCall{"fchmodat", 2}, ModeCall{"creat", 1},
        ModeCall{"mknod", 1}, ModeCall{"mknodat", 2}}) {
    GB_TRY_VOID(add(context, kRefuse, name, {bits_set(argument, S_ISUID)}));
    GB_TRY_VOID(add(context, kRefuse, name, {bits_set(argument, S_ISGID)}));
    GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, name, {bits_clear(argument, S_ISUID | S_ISGID)}));
  }
  return add_open(context);
}

Result<void> add_personality(const Context& context) {
  constexpr std::uint64_t kQuery = 0xffffffff;
  GB_TRY_VOID(add(context, SCMP_ACT_ALLOW, "personality", {low_word_is(0, 0)}));
  return add(context, SCMP_ACT_ALLOW, "personality", {low_word_is(0, kQuery)});
}

// Terminals: no typing into one (TIOCSTI, CVE-2017-5226), no console selection (TIOCLINUX).
//
// By hand, before libseccomp's program, which allows ioctl: there an unconditional rule for a call
// swallows those with conditions, and "not equal" compares 64 bits where the kernel takes 32.
void prepend_ioctl_check(SeccompProgram& program) {
  constexpr std::uint32_t kRequest = offsetof(seccomp_data, args[1]);  // its low half
  const sock_filter check[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 0, 6),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kRequest),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  static_assert(std::endian::native == std::endian::little);
  program.insert(program.begin(), std::begin(check), std::end(check));
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

}  // namespace

Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory) {
  Context context(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), seccomp_release);
  if (!context) return internal_error("seccomp_init failed");
  int result = seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A binary tree instead of a list: some 10 comparisons for a call instead of some 300.
  if (result == 0) result = seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (result < 0) return Error::from_errno("seccomp_attr_set", "", -result);
  GB_TRY_VOID(add_plain_calls(context, memory));
  GB_TRY_VOID(add_clone(context));
  GB_TRY_VOID(add_sockets(context));
  GB_TRY_VOID(add_modes(context));
  GB_TRY_VOID(add_personality(context));
  GB_TRY(SeccompProgram program, export_program(context));
  prepend_ioctl_check(program);
  return program;
}

Result<void> install_seccomp_filter(const SeccompProgram& program) {
  sock_fprog filter{static_cast<unsigned short>(program.size()),
                    const_cast<sock_filter*>(program.data())};
  return os::check(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp", "");
}

}  // namespace glovebox
