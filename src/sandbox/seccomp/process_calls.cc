#include <asm/prctl.h>
#include <linux/membarrier.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "sandbox/seccomp/call_list.h"

namespace glovebox {
namespace {

// Numbers that Debian 12's headers do not have.
constexpr std::uint32_t kGetXsaveSupported = 0x1021, kGetXsavePermitted = 0x1022,
                        kRequestXsave = 0x1023, kShadowStackStatus = 0x3001;
constexpr std::uint32_t kAdviseGuardInstall = 102, kAdviseGuardRemove = 103;
constexpr std::uint32_t kMemfdHugetlb = 0x4;

void add_memory(CallList& table) {
  table.begin("memory");
  table.allow(
      "brk mincore mlock mlock2 mlockall mprotect mremap msync munlock munlockall munmap "
      "pkey_alloc pkey_free pkey_mprotect get_mempolicy rseq");
  // Huge pages are a pool of the whole machine.
  table.only("mmap", {bits_clear(3, MAP_HUGETLB)}, "no MAP_HUGETLB", kRefuse);
  table.only("memfd_create", {bits_clear(1, kMemfdHugetlb)}, "no MFD_HUGETLB", kRefuse);
  // Not listed: MADV_MERGEABLE compares a page with pages of other jobs; MADV_PAGEOUT and MADV_COLD
  // move pages of shared files; poisoning a page is for administrators.
  table.only("madvise",
             {is_one_of(2, {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED,
                            MADV_FREE, MADV_REMOVE, MADV_DONTFORK, MADV_DOFORK, MADV_HUGEPAGE,
                            MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK,
                            MADV_KEEPONFORK, MADV_POPULATE_READ, MADV_POPULATE_WRITE,
                            kAdviseGuardInstall, kAdviseGuardRemove})},
             "advice about the caller's own pages", kInvalid);
  // The global commands interrupt every CPU of the machine.
  table.only("membarrier",
             {is_one_of(0, {MEMBARRIER_CMD_QUERY, MEMBARRIER_CMD_PRIVATE_EXPEDITED,
                            MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
                            MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE,
                            MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
                            MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ,
                            MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ})},
             "private commands", kInvalid);
}

void add_processes(CallList& table) {
  table.begin("processes and threads");
  table.allow(
      "execve execveat exit exit_group fork vfork futex futex_waitv get_robust_list "
      "set_robust_list get_thread_area set_thread_area set_tid_address getcpu getegid "
      "geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getresgid "
      "getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set "
      "sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr "
      "sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity "
      "sched_setattr sched_setparam sched_setscheduler sched_yield capget setfsgid "
      "setfsuid setgid setpgid setpriority setregid setresgid setresuid setreuid setsid "
      "setuid sysinfo times uname wait4 waitid");
  // New user, network and cgroup namespaces are refused to everybody. The descriptor of a process
  // (CLONE_PIDFD) has an inode whose number counts the processes of the machine. Only a slot
  // creates one, together with a PID namespace, for which a job has no capability.
  constexpr std::uint32_t kNever = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_PTRACE;
  CallRule clone{
      {{{bits_clear(0, kNever | CLONE_PIDFD)}, CallAnswer::kAllow},
       {{bits_clear(0, kNever), bits_are(0, CLONE_NEWPID, {CLONE_NEWPID})}, CallAnswer::kAllow},
       {{bits_clear(0, kNever)}, kInvalid}},
      kRefuse};
  table.rule("clone", clone, "no user, network or cgroup namespace, no CLONE_PIDFD");
}

void add_settings(CallList& table) {
  // A core file limit of 1 byte also disables a handler of the host (core(5)); the limit cannot be
  // changed.
  table.rule("setrlimit", {{{{is_one_of(0, {RLIMIT_CORE})}, kPretend}}, CallAnswer::kAllow},
             "RLIMIT_CORE returns success and is not set");
  table.rule("prlimit64",
             {{{{is_one_of(1, {RLIMIT_CORE}), is_not_null(2)}, kPretend}}, CallAnswer::kAllow},
             "RLIMIT_CORE returns success and is not set");
  table.only("personality", {is_one_of(0, {0, 0xffffffff})}, "read only", kRefuse);
  table.only("arch_prctl",
             {is_one_of(0, {ARCH_SET_FS, ARCH_GET_FS, ARCH_SET_GS, ARCH_GET_GS, kShadowStackStatus,
                            kGetXsaveSupported, kGetXsavePermitted, kRequestXsave})},
             "thread pointers, AMX", kInvalid);
  // Not listed: a job's own filters (PR_SET_SECCOMP), whose memory no cgroup counts and whose
  // compiled form uses the machine's bpf_jit_limit; merged memory (PR_SET_MEMORY_MERGE); names of
  // mappings and futex hashes (PR_SET_VMA, PR_FUTEX_HASH), which no cgroup counts.
  CallRule prctl{{{{is_one_of(0, {PR_SET_SECCOMP})}, kRefuse},
                  {{is_one_of(0, {PR_SET_NAME,
                                  PR_GET_NAME,
                                  PR_SET_PDEATHSIG,
                                  PR_GET_PDEATHSIG,
                                  PR_GET_DUMPABLE,
                                  PR_SET_DUMPABLE,
                                  PR_GET_KEEPCAPS,
                                  PR_SET_KEEPCAPS,
                                  PR_CAPBSET_READ,
                                  PR_GET_SECUREBITS,
                                  PR_SET_NO_NEW_PRIVS,
                                  PR_GET_NO_NEW_PRIVS,
                                  PR_GET_SECCOMP,
                                  PR_SET_TIMERSLACK,
                                  PR_GET_TIMERSLACK,
                                  PR_SET_CHILD_SUBREAPER,
                                  PR_GET_CHILD_SUBREAPER,
                                  PR_SET_THP_DISABLE,
                                  PR_GET_THP_DISABLE,
                                  PR_GET_SPECULATION_CTRL,
                                  PR_CAP_AMBIENT,
                                  PR_GET_TSC})},
                   CallAnswer::kAllow}},
                 kInvalid};
  table.rule("prctl", prctl, "names, parent-death signal, dumpable, no_new_privs, reading state");
  table.only("seccomp", {is_one_of(0, {SECCOMP_GET_ACTION_AVAIL, SECCOMP_GET_NOTIF_SIZES})},
             "reading state; no filters of the job", kRefuse);
}

}  // namespace

void add_process_calls(CallList& table) {
  add_memory(table);
  add_processes(table);
  add_settings(table);
}

}  // namespace glovebox
