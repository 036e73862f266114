// What the landlock tier's filter does otherwise than that of the namespaces tier. There a job is
// alone in its namespaces; here it shares its uid, its IPC and process ids with the server and with
// other jobs, and Landlock does not look at these calls.
#pragma once

namespace glovebox {

// Not there: they reach, or watch, what is everybody's (mq_overview(7), sysvipc(7), inotify(7)).
// System V objects are used by their numbers, which are small, so that it is not enough to give
// none out.
inline constexpr const char* kGoneCalls[] = {"inotify_init",
                                             "inotify_init1",
                                             "inotify_add_watch",
                                             "inotify_rm_watch",
                                             "mq_open",
                                             "mq_unlink",
                                             "msgget",
                                             "msgctl",
                                             "msgrcv",
                                             "msgsnd",
                                             "semget",
                                             "semctl",
                                             "semop",
                                             "semtimedop",
                                             "shmget",
                                             "shmat",
                                             "shmctl",
                                             "shmdt"};

// EPERM. Without sessions and groups of its own, one kill of its group is certain to end a job.
inline constexpr const char* kRefusedToJobs[] = {
    "setsid", "setpgid", "chown",  "lchown",  "fchownat", "socket", "connect",
    "bind",   "listen",  "accept", "accept4", "mount",    "umount2"};

// EOPNOTSUPP, as on a file system without them: they name a file by path.
inline constexpr const char* kAttributeCalls[] = {"setxattr",     "lsetxattr", "removexattr",
                                                  "lremovexattr", "getxattr",  "lgetxattr",
                                                  "listxattr",    "llistxattr"};

// Let through for the caller itself, 0, and refused of others.
struct SelfCall {
  const char* name;
  unsigned argument;  // that says who is meant
};
inline constexpr SelfCall kSelfCalls[] = {{"sched_setaffinity", 0}, {"sched_setattr", 0},
                                          {"sched_setparam", 0},    {"sched_setscheduler", 0},
                                          {"prlimit64", 0},         {"setpriority", 1},
                                          {"ioprio_set", 1}};

// Put to the supervisor: new processes are counted; files are changed by name only where they are
// the job's.
inline constexpr const char* kAskedCalls[] = {"fork",   "vfork",     "utime",
                                              "utimes", "futimesat", "truncate"};

// Signals, which Landlock holds from ABI 6 on; before, the supervisor is asked.
inline constexpr const char* kSignalCalls[] = {"kill", "tkill", "tgkill", "rt_sigqueueinfo",
                                               "rt_tgsigqueueinfo"};
// ENOSYS before ABI 6; programs fall back to the former.
inline constexpr const char* kPidfdCalls[] = {"pidfd_open", "pidfd_send_signal"};

}  // namespace glovebox
