// How the landlock tier's filter differs from that of the namespaces tier. There a job is alone in
// its namespaces. Here it shares uid, process numbers and IPC with the server and other jobs, and
// Landlock does not check these calls.
#pragma once

#include "sandbox/seccomp/seccomp_program.h"

namespace glovebox {

// Not available: System V and POSIX IPC objects belong to the whole host (sysvipc(7),
// mq_overview(7)). They are used by small numbers, so refusing to create them would not be enough.
inline constexpr const char* kGoneCalls[] = {
    "mq_open", "mq_unlink",  "mq_getsetattr", "mq_notify", "mq_timedreceive", "mq_timedsend",
    "msgget",  "msgctl",     "msgrcv",        "msgsnd",    "semget",          "semctl",
    "semop",   "semtimedop", "shmget",        "shmat",     "shmctl",          "shmdt"};

// EPERM. A job cannot create sessions or process groups, so one kill of its group ends all of it.
inline constexpr const char* kRefusedToJobs[] = {
    "setsid", "setpgid", "chown",  "lchown",  "fchownat", "socket", "connect",
    "bind",   "listen",  "accept", "accept4", "mount",    "umount2"};

// EOPNOTSUPP, as on a file system without extended attributes: they name a file by path.
inline constexpr const char* kAttributeCalls[] = {"setxattr",     "lsetxattr", "removexattr",
                                                  "lremovexattr", "getxattr",  "lgetxattr",
                                                  "listxattr",    "llistxattr"};

// A call and the argument that names its target process; 0 is the caller.
struct SubjectCall {
  const char* name;
  unsigned argument;
};
// Refused for other processes.
inline constexpr SubjectCall kSelfCalls[] = {{"sched_setaffinity", 0}, {"sched_setattr", 0},
                                             {"sched_setparam", 0},    {"sched_setscheduler", 0},
                                             {"prlimit64", 0},         {"setpriority", 1},
                                             {"ioprio_set", 1},        {"get_robust_list", 0}};
// For other processes, sent to the supervisor, which allows them if the target belongs to the same
// job.
inline constexpr SubjectCall kQuestionCalls[] = {{"sched_getaffinity", 0},
                                                 {"sched_getattr", 0},
                                                 {"sched_getparam", 0},
                                                 {"sched_getscheduler", 0},
                                                 {"sched_rr_get_interval", 0},
                                                 {"getpriority", 1},
                                                 {"ioprio_get", 1},
                                                 {"getpgid", 0},
                                                 {"getsid", 0}};

// The supervisor counts new processes. It changes files by name or descriptor only if they belong
// to the job.
inline constexpr const char* kAskedCalls[] = {"fork",      "vfork",    "utime",    "utimes",
                                              "futimesat", "truncate", "utimensat"};

// Signals: Landlock restricts them from ABI 6 on; before that, the supervisor decides.
inline constexpr const char* kSignalCalls[] = {"kill", "tkill", "tgkill", "rt_sigqueueinfo",
                                               "rt_tgsigqueueinfo"};
// ENOSYS before ABI 6; programs fall back to the calls above.
inline constexpr const char* kPidfdCalls[] = {"pidfd_send_signal"};

// Changes `table`, which has the rules of the namespaces tier. `landlock_abi`: what Landlock itself
// restricts there.
void restrict_to_landlock_tier(CallTable& table, int landlock_abi);

}  // namespace glovebox
