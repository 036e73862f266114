#include "sandbox/seccomp_filter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <set>

#include "sandbox/seccomp_calls.h"
#include "sandbox/seccomp_interpreter.h"

namespace glovebox {
namespace {

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kKill = SECCOMP_RET_KILL_PROCESS;
constexpr std::uint32_t kEperm = errno_answer(EPERM);
constexpr std::uint32_t kEnosys = errno_answer(ENOSYS);
constexpr std::uint32_t kEafnosupport = errno_answer(EAFNOSUPPORT);
constexpr std::uint64_t kGarbage = 0xdeadbeef00000000;

class SeccompFilterTest : public testing::Test {
 protected:
  static const SeccompProgram& program() {
    static const SeccompProgram compiled =
        without_questions(compile_seccomp_filter(UnmappedMemory::kCounted).value());
    return compiled;
  }

  static seccomp_data call(long number, std::initializer_list<std::uint64_t> arguments) {
    return seccomp_call(number, arguments);
  }
  static std::uint32_t ask(long number, std::initializer_list<std::uint64_t> arguments = {}) {
    return answer_of(program(), call(number, arguments));
  }
  static std::uint32_t ask_as(std::uint32_t arch, long number) {
    seccomp_data data = call(number, {});
    data.arch = arch;
    return answer_of(program(), data);
  }

  static int number_of(const char* name) { return call_number(name); }
};

TEST_F(SeccompFilterTest, FitsIntoAFilterOfTheKernel) {
  EXPECT_LE(program().size(), static_cast<std::size_t>(BPF_MAXINSNS));
}

TEST_F(SeccompFilterTest, ChecksTheArchitectureFirst) {
  const SeccompProgram& p = program();
  ASSERT_GT(p.size(), 2u);
  EXPECT_EQ(p[0].code, BPF_LD | BPF_W | BPF_ABS);
  EXPECT_EQ(p[0].k, offsetof(seccomp_data, arch));
  EXPECT_EQ(p[1].code, BPF_JMP | BPF_JEQ | BPF_K);
  EXPECT_EQ(p[1].k, static_cast<std::uint32_t>(AUDIT_ARCH_X86_64));
}

TEST_F(SeccompFilterTest, KillsAnotherArchitecturesCalls) {
  for (auto arch : std::initializer_list<std::uint32_t>{AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, 0}) {
    for (long number : {0L, 1L, 11L, 9999L, long(SYS_getpid)}) {
      EXPECT_EQ(ask_as(arch, number), kKill) << arch << " " << number;
    }
  }
}

TEST_F(SeccompFilterTest, KillsTheX32Numbers) {
  constexpr long kX32 = 0x40000000;
  for (long number : {0L, long(SYS_getpid), 520L, 547L, 9999L}) {
    EXPECT_EQ(ask(kX32 + number), kKill) << number;
  }
}

TEST_F(SeccompFilterTest, AllowsEveryCallOnItsList) {
  std::size_t known = 0;
  for (const char* name : kAllowedCalls) {
    int number = number_of(name);
    if (number < 0) continue;
    ++known;
    EXPECT_EQ(ask(number), kAllow) << name;
    EXPECT_EQ(ask(number, {~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull}), kAllow) << name;
  }
  EXPECT_GT(known, std::size(kAllowedCalls) * 9 / 10);
}

TEST_F(SeccompFilterTest, RefusesEveryCallOnItsList) {
  std::size_t known = 0;
  for (const char* name : kRefusedCalls) {
    int number = number_of(name);
    if (number < 0) continue;
    ++known;
    EXPECT_EQ(ask(number), kEperm) << name;
    EXPECT_EQ(ask(number, {~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull}), kEperm) << name;
  }
  EXPECT_GT(known, std::size(kRefusedCalls) * 9 / 10);
}

TEST_F(SeccompFilterTest, LetsUnmappedMemoryBeHeldOnlyWhereItIsCounted) {
  SeccompProgram uncounted = compile_seccomp_filter(UnmappedMemory::kNotCounted).value();
  for (const char* name : kUnmappedMemoryCalls) {
    EXPECT_EQ(ask(number_of(name)), kAllow) << name;
    EXPECT_EQ(answer_of(uncounted, call(number_of(name), {})), kEnosys) << name;
  }
  EXPECT_EQ(answer_of(uncounted, call(SYS_getpid, {})), kAllow);
}

TEST_F(SeccompFilterTest, PutsToTheListenerWhatMakesAnObjectOfIpcAndNothingElse) {
  SeccompProgram counted = compile_seccomp_filter(UnmappedMemory::kCounted).value();
  SeccompProgram uncounted = compile_seccomp_filter(UnmappedMemory::kNotCounted).value();
  const std::set<std::string> asked(std::begin(kIpcMakingCalls), std::end(kIpcMakingCalls));
  for (const char* name : kAllowedCalls) {
    bool ipc = asked.contains(name);
    EXPECT_EQ(answer_of(counted, call(number_of(name), {})) == SECCOMP_RET_USER_NOTIF, ipc) << name;
    EXPECT_EQ(ask(number_of(name)), kAllow) << name;
  }
  EXPECT_EQ(answer_of(counted, call(SYS_shmget, {})), SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(answer_of(uncounted, call(SYS_shmget, {})), kEnosys);
}

TEST_F(SeccompFilterTest, LetsNobodyLeaveAHintWithAnInode) {
  for (std::uint64_t command : {F_SET_RW_HINT, F_SET_FILE_RW_HINT}) {
    EXPECT_EQ(ask(SYS_fcntl, {3, command}), kEperm);
    EXPECT_EQ(ask(SYS_fcntl, {3, kGarbage | command}), kEperm);
  }
  EXPECT_EQ(ask(SYS_fcntl, {3, F_GET_RW_HINT}), kAllow);
}

TEST_F(SeccompFilterTest, NamesNoCallTwice) {
  std::set<std::string> seen;
  for (const char* name : kAllowedCalls) EXPECT_TRUE(seen.insert(name).second) << name;
  for (const char* name : kUnmappedMemoryCalls) EXPECT_TRUE(seen.insert(name).second) << name;
  for (const char* name : kRefusedCalls) EXPECT_TRUE(seen.insert(name).second) << name;
  for (const char* name : kPretendedCalls) EXPECT_TRUE(seen.insert(name).second) << name;
  // These have rules of their own, which a plain one would undo.
  for (const char* name : {"clone", "socket", "socketpair", "chmod", "fchmod", "fchmodat", "creat",
                           "mknod", "mknodat", "personality", "clone3", "openat2"}) {
    EXPECT_FALSE(seen.contains(name)) << name;
  }
}

TEST_F(SeccompFilterTest, AnswersUnknownCallsAsAKernelWithoutThem) {
  for (long number : {9999L, 600L, 0x3fffffffL}) EXPECT_EQ(ask(number), kEnosys) << number;
  EXPECT_EQ(ask(SYS_clone3), kEnosys);
  EXPECT_EQ(ask(SYS_openat2), kEnosys);
  EXPECT_NE(ask(-1), kAllow);
}

TEST_F(SeccompFilterTest, LetsThreadsAndProcessesBeClonedButNoUserOrNetworkNamespace) {
  constexpr std::uint64_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                                    CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS;
  EXPECT_EQ(ask(SYS_clone, {kThread}), kAllow);
  EXPECT_EQ(ask(SYS_clone, {SIGCHLD}), kAllow);
  // What a slot clones for each job; a job has no capability for it.
  EXPECT_EQ(ask(SYS_clone, {CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS}), kAllow);
  for (std::uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWCGROUP}) {
    EXPECT_EQ(ask(SYS_clone, {flag}), kEperm) << flag;
    EXPECT_EQ(ask(SYS_clone, {flag | kThread}), kEperm) << flag;
    EXPECT_EQ(ask(SYS_clone, {flag | kGarbage}), kEperm) << flag;
  }
  EXPECT_EQ(ask(SYS_clone, {CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWCGROUP}), kEperm);
  EXPECT_EQ(ask(SYS_clone, {SIGCHLD | kGarbage}), kAllow);
}

TEST_F(SeccompFilterTest, KnowsNoSocketsButLocalOnes) {
  for (long call : {long(SYS_socket), long(SYS_socketpair)}) {
    EXPECT_EQ(ask(call, {AF_UNIX, SOCK_STREAM, 0}), kAllow);
    for (std::uint64_t family : {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK, AF_ALG, 0}) {
      EXPECT_EQ(ask(call, {family, SOCK_STREAM, 0}), kEafnosupport) << family;
      EXPECT_EQ(ask(call, {family | kGarbage, SOCK_STREAM, 0}), kEafnosupport) << family;
    }
    // The kernel would take this for AF_INET: the high bits must not make it pass for another.
    EXPECT_NE(ask(call, {std::uint64_t(AF_UNIX) << 32 | AF_INET}), kAllow);
  }
}

// CVE-2017-5226, and again with high bits that the kernel does not look at (CVE-2019-10063).
TEST_F(SeccompFilterTest, RefusesToTypeIntoTerminals) {
  for (std::uint64_t request : {TIOCSTI, TIOCLINUX}) {
    EXPECT_EQ(ask(SYS_ioctl, {0, request}), kEperm) << request;
    EXPECT_EQ(ask(SYS_ioctl, {0, request | kGarbage}), kEperm) << request;
    EXPECT_EQ(ask(SYS_ioctl, {~0ull, request | 1ull << 32}), kEperm) << request;
  }
  for (std::uint64_t request : {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO}) {
    EXPECT_EQ(ask(SYS_ioctl, {0, request}), kAllow) << request;
    EXPECT_EQ(ask(SYS_ioctl, {0, request | kGarbage}), kAllow) << request;
  }
}

TEST_F(SeccompFilterTest, RefusesSetuidAndSetgidModes) {
  struct ModeCall {
    long number;
    unsigned mode_argument;
  };
  for (auto [number, at] :
       {ModeCall{SYS_chmod, 1}, ModeCall{SYS_fchmod, 1}, ModeCall{SYS_fchmodat, 2},
        ModeCall{SYS_creat, 1}, ModeCall{SYS_mknod, 1}, ModeCall{SYS_mknodat, 2}}) {
    auto ask_mode = [number = number, at = at](std::uint64_t mode) {
      return at == 1 ? ask(number, {0, mode}) : ask(number, {0, 0, mode});
    };
    for (std::uint64_t mode : {0755, 0, 01777, 0100644}) {
      EXPECT_EQ(ask_mode(mode), kAllow) << number << " " << mode;
    }
    for (std::uint64_t mode : {04755, 02755, 06000, 04000, 02000}) {
      EXPECT_EQ(ask_mode(mode), kEperm) << number << " " << mode;
      EXPECT_EQ(ask_mode(mode | kGarbage), kEperm) << number << " " << mode;
    }
  }
}

// Success that is no success: the limit that keeps core files away stays, and so do the disks.
TEST_F(SeccompFilterTest, PretendsToSyncAndToSetTheLimitOfCoreFiles) {
  constexpr std::uint32_t kPretended = errno_answer(0);
  EXPECT_EQ(ask(SYS_sync), kPretended);
  EXPECT_EQ(ask(SYS_syncfs, {3}), kPretended);
  for (std::uint64_t core : {std::uint64_t(RLIMIT_CORE), RLIMIT_CORE | kGarbage}) {
    EXPECT_EQ(ask(SYS_setrlimit, {core, 0x7000}), kPretended);
    EXPECT_EQ(ask(SYS_prlimit64, {0, core, 0x7000, 0}), kPretended);
    EXPECT_EQ(ask(SYS_prlimit64, {0, core, 1ull << 40, 0}), kPretended);
    EXPECT_EQ(ask(SYS_prlimit64, {0, core, 0, 0x7000}), kAllow);
  }
  EXPECT_EQ(ask(SYS_setrlimit, {RLIMIT_NOFILE, 0x7000}), kAllow);
  EXPECT_EQ(ask(SYS_prlimit64, {0, RLIMIT_NOFILE, 0x7000, 0}), kAllow);
}

TEST_F(SeccompFilterTest, LetsThePersonalityBeAskedButNotChanged) {
  EXPECT_EQ(ask(SYS_personality, {0}), kAllow);
  EXPECT_EQ(ask(SYS_personality, {0xffffffff}), kAllow);
  EXPECT_EQ(ask(SYS_personality, {~0ull}), kAllow);
  EXPECT_NE(ask(SYS_personality, {0x0040000}), kAllow);  // ADDR_NO_RANDOMIZE
  EXPECT_NE(ask(SYS_personality, {0x0008}), kAllow);     // PER_LINUX32
}

}  // namespace
}  // namespace glovebox
