#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>

#include "sandbox/seccomp/job_calls.h"
#include "sandbox/seccomp/landlock_calls.h"
#include "sandbox/seccomp/seccomp_filter.h"
#include "sandbox/seccomp/seccomp_interpreter.h"

namespace glovebox {
namespace {

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kAsk = SECCOMP_RET_USER_NOTIF;
constexpr std::uint32_t kEperm = errno_answer(EPERM);
constexpr std::uint32_t kEnosys = errno_answer(ENOSYS);
constexpr std::uint64_t kGarbage = 0xdeadbeef00000000;

class LandlockFilterTest : public testing::Test {
 protected:
  static std::uint32_t ask(long call, std::initializer_list<std::uint64_t> arguments = {}) {
    static const SeccompProgram program =
        compile_landlock_tier_filter(UnmappedMemory::kNotCounted, 7).value();
    return answer_of(program, seccomp_call(call, arguments));
  }
  static std::uint32_t ask_old(long call, std::initializer_list<std::uint64_t> arguments = {}) {
    static const SeccompProgram program =
        compile_landlock_tier_filter(UnmappedMemory::kNotCounted, 5).value();
    return answer_of(program, seccomp_call(call, arguments));
  }
};

TEST_F(LandlockFilterTest, AppliesTheAnswerOfEveryList) {
  for (const char* name : kGoneCalls) EXPECT_EQ(ask(call_number(name)), kEnosys) << name;
  for (const char* name : kRefusedToJobs) EXPECT_EQ(ask(call_number(name)), kEperm) << name;
  for (const char* name : kAskedCalls) EXPECT_EQ(ask(call_number(name)), kAsk) << name;
  for (const char* name : kAttributeCalls) {
    EXPECT_EQ(ask(call_number(name)), errno_answer(EOPNOTSUPP)) << name;
  }
  for (const char* name : refused_calls()) {
    int number = call_number(name);
    EXPECT_TRUE(number < 0 || ask(number) == kEperm) << name;
  }
  for (const char* name : unmapped_memory_calls()) {
    EXPECT_EQ(ask(call_number(name)), kEnosys) << name;
  }
}

TEST_F(LandlockFilterTest, AsksForSignalsIfLandlockDoesNotRestrictThem) {
  for (const char* name : kSignalCalls) {
    EXPECT_EQ(ask(call_number(name), {1, SIGKILL}), kAllow) << name;
    EXPECT_EQ(ask_old(call_number(name), {1, SIGKILL}), kAsk) << name;
  }
  for (const char* name : kPidfdCalls) {
    EXPECT_EQ(ask(call_number(name)), kAllow) << name;
    EXPECT_EQ(ask_old(call_number(name)), kEnosys) << name;
  }
}

TEST_F(LandlockFilterTest, AsksForNewProcessesAndRefusesNamespaces) {
  EXPECT_EQ(ask(SYS_clone, {SIGCHLD}), kAsk);
  EXPECT_EQ(ask(SYS_clone, {CLONE_VM | CLONE_THREAD | CLONE_SIGHAND}), kAsk);
  for (std::uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWCGROUP}) {
    EXPECT_EQ(ask(SYS_clone, {flag | SIGCHLD}), kEperm);
    EXPECT_EQ(ask(SYS_clone, {flag | kGarbage}), kEperm);
  }
  EXPECT_EQ(ask(SYS_clone3), kEnosys);
}

TEST_F(LandlockFilterTest, AllowsOnlyTheCallerAsTarget) {
  for (const SubjectCall& call : kSelfCalls) {
    auto about = [&](std::uint64_t who) {
      std::uint64_t which = call.argument == 1 ? 1 : who;  // a process, to ioprio_set
      return ask(call_number(call.name), {which, call.argument == 1 ? who : 0});
    };
    EXPECT_EQ(about(0), kAllow) << call.name;
    EXPECT_EQ(about(kGarbage), kAllow) << call.name;  // which the kernel treats as 0
    for (std::uint64_t other :
         std::initializer_list<std::uint64_t>{1, 1234, 0xffffffff, 1 | kGarbage}) {
      EXPECT_EQ(about(other), kEperm) << call.name << " " << other;
    }
  }
  EXPECT_EQ(ask(SYS_setpriority, {PRIO_USER, 0}), kEperm);
  EXPECT_EQ(ask(SYS_setpriority, {PRIO_USER | kGarbage, 0}), kEperm);
  EXPECT_EQ(ask(SYS_setpriority, {PRIO_PROCESS, 0}), kAllow);
  constexpr std::uint64_t kIoPrioUser = 3;
  EXPECT_EQ(ask(SYS_ioprio_set, {kIoPrioUser, 0}), kEperm);
}

TEST_F(LandlockFilterTest, AllowsOnlyConnectedSocketPairs) {
  for (std::uint64_t family : {AF_UNIX, AF_INET, AF_NETLINK}) {
    EXPECT_EQ(ask(SYS_socket, {family, SOCK_STREAM}), kEperm);
  }
  for (std::uint64_t type :
       std::initializer_list<std::uint64_t>{SOCK_STREAM, SOCK_SEQPACKET, SOCK_STREAM | SOCK_CLOEXEC,
                                            SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC}) {
    EXPECT_EQ(ask(SYS_socketpair, {AF_UNIX, type}), kAllow) << type;
    EXPECT_EQ(ask(SYS_socketpair, {AF_INET, type}), errno_answer(EAFNOSUPPORT)) << type;
  }
  // A datagram socket can send each message to a different socket.
  for (std::uint64_t type :
       std::initializer_list<std::uint64_t>{SOCK_DGRAM, SOCK_RAW, SOCK_DGRAM | SOCK_CLOEXEC}) {
    EXPECT_EQ(ask(SYS_socketpair, {AF_UNIX, type}), kEperm) << type;
    EXPECT_EQ(ask(SYS_socketpair, {AF_UNIX, type | kGarbage}), kEperm) << type;
  }
}

TEST_F(LandlockFilterTest, AllowsNoSignalsFromDescriptors) {
  for (std::uint64_t command : {F_SETOWN, F_SETOWN_EX, F_SETSIG, F_SETLEASE}) {
    EXPECT_EQ(ask(SYS_fcntl, {0, command, 1}), kEperm) << command;
    EXPECT_EQ(ask(SYS_fcntl, {0, command | kGarbage, 1}), kEperm) << command;
  }
  EXPECT_EQ(ask(SYS_fcntl, {0, F_GETFL}), kAllow);
  EXPECT_EQ(ask(SYS_fcntl, {0, F_SETFL, O_NONBLOCK}), kAllow);
  for (std::uint64_t request : {FIOSETOWN, SIOCSPGRP, TIOCSTI}) {
    EXPECT_EQ(ask(SYS_ioctl, {0, request}), kEperm) << request;
  }
}

TEST_F(LandlockFilterTest, AsksForChangesByPathAndAllowsThoseOfOpenFiles) {
  EXPECT_EQ(ask(SYS_chmod, {0x7000, 0644}), kAsk);
  EXPECT_EQ(ask(SYS_fchmodat, {0, 0x7000, 0644}), kAsk);
  EXPECT_EQ(ask(SYS_fchmod, {3, 0644}), kAllow);
  EXPECT_EQ(ask(SYS_chmod, {0x7000, 04755}), kEperm);
  EXPECT_EQ(ask(SYS_fchmodat, {0, 0x7000, 02755}), kEperm);
  EXPECT_EQ(ask(SYS_utimensat, {0, 0x7000, 0, 0}), kAsk);
  EXPECT_EQ(ask(SYS_utimensat, {0, 1ull << 40, 0, 0}), kAsk);  // a pointer has 64 bits
  EXPECT_EQ(ask(SYS_utimensat, {3, 0, 0, 0}), kAsk);           // devices are shared by all
  EXPECT_EQ(ask(SYS_ftruncate, {3, 0}), kAllow);
}

// Landlock would not check these.
TEST_F(LandlockFilterTest, TruncatesOnlyFilesOpenedForWriting) {
  SeccompProgram abi2 = compile_landlock_tier_filter(UnmappedMemory::kNotCounted, 2).value();
  for (std::uint64_t garbage : {std::uint64_t{0}, std::uint64_t{kGarbage}}) {
    for (std::uint64_t flags : {O_ACCMODE, O_ACCMODE | O_TRUNC, O_ACCMODE | O_CREAT | O_CLOEXEC}) {
      EXPECT_EQ(ask(SYS_open, {0x7000, flags | garbage, 0}), kEperm) << flags;
      EXPECT_EQ(ask(SYS_openat, {0, 0x7000, flags | garbage, 0}), kEperm) << flags;
    }
    std::uint64_t reading = O_RDONLY | O_TRUNC | O_CLOEXEC;
    EXPECT_EQ(answer_of(abi2, seccomp_call(SYS_openat, {0, 0x7000, reading | garbage})), kEperm);
    EXPECT_EQ(answer_of(abi2, seccomp_call(SYS_open, {0x7000, reading | garbage})), kEperm);
  }
  for (std::uint64_t flags : {O_RDONLY, O_WRONLY | O_TRUNC, O_RDWR | O_TRUNC | O_CREAT}) {
    EXPECT_EQ(answer_of(abi2, seccomp_call(SYS_openat, {0, 0x7000, flags, 0644})), kAllow) << flags;
    EXPECT_EQ(answer_of(abi2, seccomp_call(SYS_open, {0x7000, flags, 0644})), kAllow) << flags;
  }
}

TEST_F(LandlockFilterTest, AsksAboutOtherProcesses) {
  for (const SubjectCall& call : kQuestionCalls) {
    auto about = [&](std::uint64_t who) {
      return call.argument == 1 ? ask(call_number(call.name), {PRIO_PGRP, who})
                                : ask(call_number(call.name), {who});
    };
    EXPECT_EQ(about(0), kAllow) << call.name;
    EXPECT_EQ(about(1234), kAsk) << call.name;
    EXPECT_EQ(about(0xffffffff), kAsk) << call.name;
  }
  EXPECT_EQ(ask(SYS_getpriority, {PRIO_USER, 0}), kEperm);
}

TEST_F(LandlockFilterTest, AllowsNoDescriptorPassingAndNoFilterAfterTheListenerWasSent) {
  auto ask_last = [](long call) { return answer_of(last_filter(), seccomp_call(call, {})); };
  EXPECT_EQ(ask_last(SYS_sendmsg), kEperm);
  EXPECT_EQ(ask_last(SYS_sendmmsg), kEperm);
  EXPECT_EQ(ask(SYS_seccomp, {SECCOMP_SET_MODE_FILTER}), kAllow);
  EXPECT_EQ(answer_of(last_filter(), seccomp_call(SYS_seccomp, {SECCOMP_SET_MODE_FILTER})), kEperm);
  EXPECT_EQ(ask(SYS_prctl, {PR_SET_SECCOMP, 2}), kEperm);
  for (long call : {SYS_sendto, SYS_recvmsg, SYS_write, SYS_execve}) {
    EXPECT_EQ(ask_last(call), kAllow) << call;
  }
}

}  // namespace
}  // namespace glovebox
