#include "sandbox/seccomp/seccomp_filter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/audit.h>
#include <linux/fs.h>
#include <linux/membarrier.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "sandbox/seccomp/job_calls.h"
#include "sandbox/seccomp/seccomp_interpreter.h"

namespace glovebox {
namespace {

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kAsk = SECCOMP_RET_USER_NOTIF;
constexpr std::uint32_t kKill = SECCOMP_RET_KILL_PROCESS;
constexpr std::uint32_t kPretended = errno_answer(0);
constexpr std::uint32_t kEperm = errno_answer(EPERM);
constexpr std::uint32_t kInval = errno_answer(EINVAL);
constexpr std::uint32_t kEnotty = errno_answer(ENOTTY);
constexpr std::uint32_t kEopnotsupp = errno_answer(EOPNOTSUPP);
constexpr std::uint32_t kEnosys = errno_answer(ENOSYS);
constexpr std::uint32_t kEafnosupport = errno_answer(EAFNOSUPPORT);
constexpr std::uint64_t kGarbage = 0xdeadbeef00000000;

class SeccompFilterTest : public testing::Test {
 protected:
  static const SeccompProgram& program() {
    static const SeccompProgram compiled =
        compile_seccomp_filter(UnmappedMemory::kCounted, Listener::kSupervisor).value();
    return compiled;
  }
  static const SeccompProgram& unasked() {
    static const SeccompProgram compiled =
        compile_seccomp_filter(UnmappedMemory::kCounted, Listener::kNone).value();
    return compiled;
  }

  static seccomp_data call(long number, std::initializer_list<std::uint64_t> arguments) {
    return seccomp_call(number, arguments);
  }
  static std::uint32_t ask(long number, std::initializer_list<std::uint64_t> arguments = {}) {
    return answer_of(program(), call(number, arguments));
  }
  static std::uint32_t ask_as(const SeccompProgram& filter, std::uint32_t arch, long number) {
    seccomp_data data = call(number, {});
    data.arch = arch;
    return answer_of(filter, data);
  }
  // The answer does not depend on the half of the argument that the kernel ignores.
  static void expect(std::uint32_t answer, long number, std::vector<std::uint64_t> arguments,
                     unsigned argument) {
    auto asked = [&] {
      seccomp_data data = call(number, {});
      std::copy(arguments.begin(), arguments.end(), data.args);
      return answer_of(program(), data);
    };
    EXPECT_EQ(asked(), answer) << number << " with " << arguments[argument];
    arguments[argument] |= kGarbage;
    EXPECT_EQ(asked(), answer) << number << " with garbage above " << arguments[argument];
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

TEST_F(SeccompFilterTest, NotifiesTheSupervisorOfForeignCallsOrKills) {
  for (auto arch : std::initializer_list<std::uint32_t>{AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, 0}) {
    for (long number : {0L, 1L, 11L, 9999L, long(SYS_getpid)}) {
      EXPECT_EQ(ask_as(program(), arch, number), kAsk) << arch << " " << number;
      EXPECT_EQ(ask_as(unasked(), arch, number), kKill) << arch << " " << number;
    }
  }
}

TEST_F(SeccompFilterTest, TreatsX32NumbersAsAnotherArchitecture) {
  constexpr long kX32 = 0x40000000;
  for (long number : {0L, long(SYS_getpid), 520L, 547L, 9999L}) {
    EXPECT_EQ(ask(kX32 + number), kAsk) << number;
    EXPECT_EQ(answer_of(unasked(), call(kX32 + number, {})), kKill) << number;
  }
}

TEST_F(SeccompFilterTest, AnswersPlainCallsForAnyArguments) {
  std::size_t known = 0;
  for (const JobCall& entry : job_calls()) {
    int number = number_of(entry.name.c_str());
    if (number < 0 || !entry.rule.is_plain()) continue;
    ++known;
    auto answer = static_cast<std::uint32_t>(entry.rule.otherwise);
    EXPECT_EQ(ask(number), answer) << entry.name;
    EXPECT_EQ(ask(number, {~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull}), answer) << entry.name;
  }
  EXPECT_GT(known, 200U);
}

TEST_F(SeccompFilterTest, RefusesEveryCallOnItsList) {
  std::size_t known = 0;
  for (const char* name : refused_calls()) {
    int number = number_of(name);
    if (number < 0) continue;
    ++known;
    // The supervisor refuses chroot to every process except the init of a job.
    std::uint32_t answer = name == std::string_view("chroot") ? kAsk : kEperm;
    EXPECT_EQ(answer_of(unasked(), call(number, {})), kEperm) << name;
    EXPECT_EQ(ask(number), answer) << name;
    EXPECT_EQ(ask(number, {~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull}), answer) << name;
  }
  EXPECT_GT(known, refused_calls().size() * 8 / 10);
}

TEST_F(SeccompFilterTest, AllowsUnmappedMemoryOnlyIfItIsCounted) {
  SeccompProgram uncounted =
      compile_seccomp_filter(UnmappedMemory::kNotCounted, Listener::kSupervisor).value();
  for (const char* name : unmapped_memory_calls()) {
    EXPECT_NE(ask(number_of(name)), kEnosys) << name;
    EXPECT_EQ(answer_of(uncounted, call(number_of(name), {})), kEnosys) << name;
  }
  EXPECT_EQ(answer_of(uncounted, call(SYS_getpid, {})), kAllow);
}

TEST_F(SeccompFilterTest, AsksTheSupervisorOnlyAboutIpcObjectsAndAChangeOfRoot) {
  std::set<int> asked{number_of("chroot")};
  for (const char* name : ipc_calls()) {
    asked.insert(number_of(name));
    EXPECT_EQ(answer_of(unasked(), call(number_of(name), {})), kEnosys) << name;
  }
  for (int number = 0; number < 1000; ++number) {
    EXPECT_EQ(ask(number) == kAsk, asked.contains(number)) << number;
  }
}

TEST_F(SeccompFilterTest, NamesNoCallTwice) {
  std::set<std::string> seen;
  for (const JobCall& entry : job_calls())
    EXPECT_TRUE(seen.insert(entry.name).second) << entry.name;
  for (const char* name : ipc_calls()) EXPECT_TRUE(seen.insert(name).second) << name;
  for (const char* name : refused_calls()) EXPECT_TRUE(seen.insert(name).second) << name;
  for (const char* name : {"clone3", "openat2", "io_setup"}) {
    EXPECT_FALSE(seen.contains(name)) << name;
  }
}

TEST_F(SeccompFilterTest, EveryCallIsInAGroupThatSaysWhyItIsSafe) {
  std::set<std::string_view> groups;
  for (const CallGroup& group : call_groups()) groups.insert(group.name);
  for (const JobCall& entry : job_calls()) EXPECT_TRUE(groups.contains(entry.group)) << entry.name;
}

// T84: a filter on a socket takes kernel memory that no cgroup counts.
TEST_F(SeccompFilterTest, T84AllowsNoFilterOnASocketOrAJob) {
  constexpr std::uint64_t kAttach[] = {SO_ATTACH_FILTER,         SO_ATTACH_BPF,
                                       SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF,
                                       SO_LOCK_FILTER,           SO_DETACH_FILTER};
  for (std::uint64_t option : kAttach) {
    expect(kEperm, SYS_setsockopt, {3, SOL_SOCKET, option, 0x7000, 16}, 2);
    expect(kEperm, SYS_setsockopt, {3, SOL_SOCKET | kGarbage, option, 0x7000, 16}, 2);
  }
  expect(kEperm, SYS_getsockopt, {3, SOL_SOCKET, SO_GET_FILTER, 0x7000, 0x7000}, 2);
  expect(kEperm, SYS_getsockopt, {3, SOL_SOCKET, SO_COOKIE, 0x7000, 0x7000}, 2);
  expect(kAllow, SYS_setsockopt, {3, SOL_SOCKET, SO_RCVTIMEO, 0x7000, 16}, 2);
  expect(kAllow, SYS_getsockopt, {3, SOL_SOCKET, SO_ERROR, 0x7000, 0x7000}, 2);
  for (std::uint64_t level : {0, 6, 41, 263}) expect(kEperm, SYS_setsockopt, {3, level, 2}, 1);
  expect(kEperm, SYS_seccomp, {SECCOMP_SET_MODE_FILTER, 0, 0x7000}, 0);
  expect(kEperm, SYS_seccomp, {SECCOMP_SET_MODE_STRICT, 0, 0}, 0);
  expect(kEperm, SYS_prctl, {PR_SET_SECCOMP, 2, 0x7000}, 0);
  expect(kAllow, SYS_prctl, {PR_GET_SECCOMP}, 0);
}

// T85, T86: who opens or executes which file on the machine; file systems by their number.
TEST_F(SeccompFilterTest, T85AllowsNoFolderWatch) {
  expect(kEperm, SYS_fcntl, {3, F_NOTIFY, 1}, 1);
  for (long call : {SYS_inotify_init, SYS_inotify_init1, SYS_inotify_add_watch}) {
    EXPECT_EQ(ask(call), kEperm) << call;
  }
}

TEST_F(SeccompFilterTest, T89AllowsNoCpuClockOfAnotherProcess) {
  for (long call : {SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_timer_create}) {
    for (std::uint64_t id : {0, 1, 2, 3, 4, 5, 6, 7}) expect(kAllow, call, {id}, 0);
    auto process_clock = [](int pid) {
      return std::uint64_t((~static_cast<unsigned>(pid) << 3) | 2);
    };
    auto thread_clock = [](int tid) {
      return std::uint64_t((~static_cast<unsigned>(tid) << 3) | 6);
    };
    expect(kAllow, call, {process_clock(0)}, 0);
    expect(kAllow, call, {thread_clock(0)}, 0);
    expect(kAllow, call, {thread_clock(1234)}, 0);  // the kernel returns only the caller's
    for (int pid : {1, 2, 1234}) expect(kInval, call, {process_clock(pid)}, 0);
    expect(kInval, call, {std::uint64_t((~5u << 3) | 3)}, 0);  // a device, by its descriptor
  }
  expect(kInval, SYS_clone, {CLONE_PIDFD | SIGCHLD}, 0);
  expect(kAllow, SYS_clone, {CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS | SIGCHLD}, 0);
  EXPECT_EQ(ask(SYS_pidfd_open), kEperm);
}

TEST_F(SeccompFilterTest, T90RevealsNothingAboutThePageCache) {
  EXPECT_EQ(ask(SYS_fadvise64, {3, 0, 0, 4}), kPretended);
  EXPECT_EQ(ask(SYS_readahead, {3, 0, 4096}), kPretended);
  for (long call : {SYS_preadv2, SYS_pwritev2}) {
    for (std::uint64_t flag : {RWF_NOWAIT, 0x80 /* RWF_DONTCACHE */, 0x40 /* RWF_ATOMIC */}) {
      expect(kEopnotsupp, call, {3, 0x7000, 1, 0, 0, flag}, 5);
    }
    expect(kAllow, call, {3, 0x7000, 1, 0, 0, RWF_DSYNC}, 5);
  }
  for (std::uint64_t advice : {20 /* COLD */, 21 /* PAGEOUT */, 100 /* HWPOISON */}) {
    expect(kInval, SYS_madvise, {0x7000, 4096, advice}, 2);
  }
  for (long call : {451 /* cachestat */, 457 /* statmount */, 458 /* listmount */}) {
    EXPECT_NE(ask(call), kAllow) << call;
  }
}

TEST_F(SeccompFilterTest, T93RefusesCallsThatNoToolNeeds) {
  expect(kInval, SYS_madvise, {0x7000, 4096, MADV_MERGEABLE}, 2);
  expect(kInval, SYS_prctl, {67 /* PR_SET_MEMORY_MERGE */, 1}, 0);
  expect(kEperm, SYS_mmap, {0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB}, 3);
  expect(kAllow, SYS_mmap, {0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE}, 3);
  expect(kEperm, SYS_memfd_create, {0x7000, MFD_HUGETLB}, 1);
  expect(kEopnotsupp, SYS_sendto, {3, 0x7000, 1, MSG_OOB | MSG_DONTWAIT}, 3);
  expect(kEopnotsupp, SYS_recvmsg, {3, 0x7000, MSG_OOB}, 2);
  expect(kAllow, SYS_sendmsg, {3, 0x7000, MSG_NOSIGNAL}, 2);
  expect(kInval, SYS_membarrier, {MEMBARRIER_CMD_GLOBAL}, 0);
  expect(kAllow, SYS_membarrier, {MEMBARRIER_CMD_PRIVATE_EXPEDITED}, 0);
  for (std::uint64_t request :
       {0xc020660bul /* FS_IOC_FIEMAP */, 0xc0c0583bul /* FS_IOC_GETFSMAP */,
        0xc050ff0bul /* PIDFD_GET_INFO */, 0x5401ul + 1 /* TCSETS */}) {
    expect(kEnotty, SYS_ioctl, {3, request}, 1);
  }
}

TEST_F(SeccompFilterTest, AllowsNoHintOrLeaseOnAnInode) {
  for (std::uint64_t command :
       {F_SET_RW_HINT, F_SET_FILE_RW_HINT, F_SETLEASE, F_SETOWN, F_SETSIG}) {
    expect(kEperm, SYS_fcntl, {3, command}, 1);
  }
  for (std::uint64_t command : {F_GET_RW_HINT, F_SETLKW, F_DUPFD_CLOEXEC, F_SETFL}) {
    expect(kAllow, SYS_fcntl, {3, command}, 1);
  }
}

TEST_F(SeccompFilterTest, AnswersUnknownCallsAsAKernelWithoutThem) {
  for (long number : {9999L, 600L, 0x3fffffffL}) EXPECT_EQ(ask(number), kEnosys) << number;
  EXPECT_EQ(ask(SYS_clone3), kEnosys);
  EXPECT_EQ(ask(SYS_openat2), kEnosys);
  EXPECT_EQ(ask(-1), kEnosys);
}

TEST_F(SeccompFilterTest, AllowsCloningThreadsAndProcessesButNoUserOrNetworkNamespace) {
  constexpr std::uint64_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                                    CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS;
  EXPECT_EQ(ask(SYS_clone, {kThread}), kAllow);
  EXPECT_EQ(ask(SYS_clone, {SIGCHLD}), kAllow);
  // The calls with which a slot clones each job; a job has no capability for them.
  EXPECT_EQ(ask(SYS_clone, {CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS}), kAllow);
  for (std::uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWCGROUP}) {
    EXPECT_EQ(ask(SYS_clone, {flag}), kEperm) << flag;
    EXPECT_EQ(ask(SYS_clone, {flag | kThread}), kEperm) << flag;
    EXPECT_EQ(ask(SYS_clone, {flag | kGarbage}), kEperm) << flag;
  }
  EXPECT_EQ(ask(SYS_clone, {CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWCGROUP}), kEperm);
  EXPECT_EQ(ask(SYS_clone, {SIGCHLD | kGarbage}), kAllow);
}

TEST_F(SeccompFilterTest, AllowsOnlyLocalSockets) {
  for (long call : {long(SYS_socket), long(SYS_socketpair)}) {
    EXPECT_EQ(ask(call, {AF_UNIX, SOCK_STREAM, 0}), kAllow);
    for (std::uint64_t family : {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK, AF_ALG, 0}) {
      EXPECT_EQ(ask(call, {family, SOCK_STREAM, 0}), kEafnosupport) << family;
      EXPECT_EQ(ask(call, {family | kGarbage, SOCK_STREAM, 0}), kEafnosupport) << family;
    }
    // The kernel would treat this as AF_INET: the high bits must not make it look like another
    // value.
    EXPECT_NE(ask(call, {std::uint64_t(AF_UNIX) << 32 | AF_INET}), kAllow);
  }
}

// CVE-2017-5226, also with high bits that the kernel ignores (CVE-2019-10063).
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

TEST_F(SeccompFilterTest, CreatesNoDevice) {
  for (std::uint64_t type : {S_IFCHR, S_IFBLK, S_IFDIR}) {
    expect(kEperm, SYS_mknod, {0x7000, type | 0644}, 1);
    expect(kEperm, SYS_mknodat, {0, 0x7000, type | 0644}, 2);
  }
  expect(kAllow, SYS_mknodat, {0, 0x7000, S_IFIFO | 0644}, 2);
  expect(kInval, SYS_renameat2, {0, 0x7000, 0, 0x7000, RENAME_WHITEOUT}, 4);
  expect(kAllow, SYS_renameat2, {0, 0x7000, 0, 0x7000, RENAME_EXCHANGE}, 4);
}

// Success without effect: the limit that prevents core files remains, and disks are not flushed.
TEST_F(SeccompFilterTest, PretendsToSyncAndToSetTheLimitOfCoreFiles) {
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

TEST_F(SeccompFilterTest, AllowsReadingThePersonalityButNotChangingIt) {
  EXPECT_EQ(ask(SYS_personality, {0}), kAllow);
  EXPECT_EQ(ask(SYS_personality, {0xffffffff}), kAllow);
  EXPECT_EQ(ask(SYS_personality, {~0ull}), kAllow);
  EXPECT_NE(ask(SYS_personality, {0x0040000}), kAllow);  // ADDR_NO_RANDOMIZE
  EXPECT_NE(ask(SYS_personality, {0x0008}), kAllow);     // PER_LINUX32
}

}  // namespace
}  // namespace glovebox
