#include "sandbox/seccomp/landlock_calls.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <span>

namespace glovebox {
namespace {

constexpr CallAnswer kRefuseLandlock = answer_errno(EPERM);

constexpr CallAnswer kGone = answer_errno(ENOSYS);

class Rules {
 public:
  explicit Rules(CallTable& table) : table_(table) {}

  void set(const char* name, CallRule rule) {
    int number = seccomp_syscall_resolve_name(name);
    if (number >= 0) table_.rules[number] = std::move(rule);
  }
  void set_all(CallAnswer answer, std::span<const char* const> names) {
    for (const char* name : names) set(name, always(answer));
  }
  // Applied before the call's own rule.
  void first(const char* name, CallClause clause) {
    int number = seccomp_syscall_resolve_name(name);
    if (number < 0) return;
    CallRule& rule = table_.rules[number];
    rule.clauses.insert(rule.clauses.begin(), std::move(clause));
  }
  // The argument is not 0; 0 means the caller.
  void of_others(const SubjectCall& call, CallAnswer answer) {
    int number = seccomp_syscall_resolve_name(call.name);
    if (number < 0) return;
    CallRule& rule = table_.rules[number];
    for (CallClause& clause : rule.clauses) clause.tests.push_back(is_one_of(call.argument, {0}));
    rule.clauses.push_back({{is_one_of(call.argument, {0})}, rule.otherwise});
    rule.otherwise = answer;
  }

 private:
  CallTable& table_;
};

void restrict_modes(Rules& rules) {
  constexpr std::uint32_t kPrivileged = S_ISUID | S_ISGID;
  rules.set("chmod", {{{{bits_clear(1, kPrivileged)}, CallAnswer::kAsk}}, kRefuseLandlock});
  rules.set("fchmodat", {{{{bits_clear(2, kPrivileged)}, CallAnswer::kAsk}}, kRefuseLandlock});
}

void restrict_subjects(Rules& rules) {
  for (const SubjectCall& call : kSelfCalls) rules.of_others(call, kRefuseLandlock);
  for (const SubjectCall& call : kQuestionCalls) rules.of_others(call, CallAnswer::kAsk);
  constexpr std::uint32_t kIoPrioUser = 3;
  for (const char* name : {"setpriority", "getpriority"}) {
    rules.first(name, {{is_one_of(0, {PRIO_USER})}, kRefuseLandlock});
  }
  for (const char* name : {"ioprio_set", "ioprio_get"}) {
    rules.first(name, {{is_one_of(0, {kIoPrioUser})}, kRefuseLandlock});
  }
}

void restrict_sockets(Rules& rules) {
  // A datagram socket can send each message to a different socket.
  std::vector<std::uint32_t> types;
  for (std::uint32_t type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    for (std::uint32_t flags :
         {0, int{SOCK_NONBLOCK}, int{SOCK_CLOEXEC}, SOCK_NONBLOCK | SOCK_CLOEXEC}) {
      types.push_back(type | flags);
    }
  }
  rules.set("socketpair", {{{{is_one_of(0, {AF_UNIX}), is_one_of(1, types)}, CallAnswer::kAllow},
                            {{is_one_of(0, {AF_UNIX})}, kRefuseLandlock}},
                           answer_errno(EAFNOSUPPORT)});
}

}  // namespace

void restrict_to_landlock_tier(CallTable& table, int landlock_abi) {
  Rules rules(table);
  bool signals_are_held = landlock_abi >= 6;
  rules.set_all(kGone, kGoneCalls);
  rules.set_all(kRefuseLandlock, kRefusedToJobs);
  rules.set_all(answer_errno(EOPNOTSUPP), kAttributeCalls);
  rules.set_all(CallAnswer::kAsk, kAskedCalls);
  rules.set_all(signals_are_held ? CallAnswer::kAllow : CallAnswer::kAsk, kSignalCalls);
  rules.set_all(signals_are_held ? CallAnswer::kAllow : kGone, kPidfdCalls);
  constexpr std::uint32_t kNamespaces = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWCGROUP |
                                        CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
  rules.set("clone",
            {{{{bits_clear(0, kNamespaces | CLONE_PTRACE | CLONE_PIDFD)}, CallAnswer::kAsk},
              {{bits_clear(0, kNamespaces | CLONE_PTRACE)}, answer_errno(EINVAL)}},
             kRefuseLandlock});
  restrict_modes(rules);
  restrict_subjects(rules);
  restrict_sockets(rules);
  // The job itself installs one more filter, the last, which refuses this call (last_filter()).
  rules.first("seccomp", {{is_one_of(0, {SECCOMP_SET_MODE_FILTER})}, CallAnswer::kAllow});
  // Landlock checks truncation from ABI 3 on; before, only opening for writing.
  if (landlock_abi >= 3) return;
  CallAnswer refuse = kRefuseLandlock;
  rules.first("open", {{bits_are(1, O_ACCMODE | O_TRUNC, {O_RDONLY | O_TRUNC})}, refuse});
  rules.first("openat", {{bits_are(2, O_ACCMODE | O_TRUNC, {O_RDONLY | O_TRUNC})}, refuse});
}

}  // namespace glovebox
