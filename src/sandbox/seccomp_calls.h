// Which system calls a job may make, by name. In neither list, nor given a rule of its own in
// seccomp_filter.cc: the call answers ENOSYS, as on a kernel that does not have it; so do clone3
// and openat2, whose arguments a filter cannot see, and programs fall back to clone and openat. So
// does io_setup, whose contexts are counted for the whole machine.
#pragma once

namespace glovebox {

inline constexpr const char* kAllowedCalls[] = {
    // files
    "access", "faccessat", "faccessat2", "chdir", "fchdir", "chown", "fchown", "fchownat", "lchown",
    "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "fadvise64", "fallocate",
    "fcntl", "fdatasync", "flock", "fsetxattr", "fsync", "ftruncate", "getcwd", "getdents",
    "getdents64", "fgetxattr", "getxattr", "ioctl", "lgetxattr", "listxattr", "llistxattr",
    "flistxattr", "removexattr", "lremovexattr", "fremovexattr", "setxattr", "lsetxattr", "link",
    "linkat", "lseek", "mkdir", "mkdirat", "newfstatat", "stat", "fstat", "lstat", "statx",
    "statfs", "fstatfs", "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read",
    "readahead", "readlink", "readlinkat", "readv", "rename", "renameat", "renameat2", "rmdir",
    "sendfile", "splice", "tee", "vmsplice", "symlink", "symlinkat", "sync_file_range", "truncate",
    "umask", "unlink", "unlinkat", "utime", "utimes", "utimensat", "futimesat", "write", "writev",
    "ustat", "cachestat",
    // memory
    "brk", "madvise", "membarrier", "mincore", "mlock", "mlock2", "mlockall", "mmap", "mprotect",
    "mremap", "msync", "munlock", "munlockall", "munmap", "pkey_alloc", "pkey_free",
    "pkey_mprotect", "get_mempolicy", "rseq",
    // processes and threads
    "arch_prctl", "capget", "capset", "execve", "execveat", "exit", "exit_group", "fork", "vfork",
    "futex", "futex_waitv", "get_robust_list", "set_robust_list", "get_thread_area",
    "set_thread_area", "set_tid_address", "getcpu", "getegid", "geteuid", "getgid", "getgroups",
    "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getresgid", "getresuid", "getrlimit",
    "getrusage", "getsid", "gettid", "getuid", "ioprio_get", "ioprio_set", "prctl", "prlimit64",
    "setrlimit", "sched_get_priority_max", "sched_get_priority_min", "sched_getaffinity",
    "sched_getattr", "sched_getparam", "sched_getscheduler", "sched_rr_get_interval",
    "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler", "sched_yield",
    "seccomp", "setfsgid", "setfsuid", "setgid", "setgroups", "setpgid", "setpriority", "setregid",
    "setresgid", "setresuid", "setreuid", "setsid", "setuid", "sysinfo", "times", "uname", "wait4",
    "waitid", "pidfd_open", "landlock_create_ruleset", "landlock_add_rule",
    "landlock_restrict_self",
    // signals and time
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "getitimer", "setitimer",
    "gettimeofday", "kill", "nanosleep", "pause", "restart_syscall", "rt_sigaction",
    "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_tgsigqueueinfo", "sigaltstack", "signalfd", "signalfd4", "tgkill",
    "tkill", "time", "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime",
    "timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime", "pidfd_send_signal",
    // waiting and talking
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
    "eventfd", "eventfd2", "inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch",
    "pipe", "pipe2", "poll", "ppoll", "pselect6", "select", "accept", "accept4", "bind", "connect",
    "getpeername", "getsockname", "getsockopt", "listen", "recvfrom", "recvmmsg", "recvmsg",
    "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown", "getrandom",
    // IPC, inside the job's own IPC namespace; see kIpcMakingCalls
    "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedsend", "mq_unlink",
    "msgctl", "msgget", "msgrcv", "msgsnd", "semctl", "semget", "semop", "semtimedop", "shmat",
    "shmctl", "shmdt",
    // set-up of a job by its slot; refused to jobs, which have no capability
    "mount", "umount2"};

// By these alone an object comes into an IPC namespace: see ipc_watch.h.
inline constexpr const char* kIpcMakingCalls[] = {"mq_open", "msgget", "semget", "shmget"};

// Memory that no process has mapped is in nobody's resident size: only a memory cgroup counts it,
// so without one these calls are not there.
inline constexpr const char* kUnmappedMemoryCalls[] = {"memfd_create", "shmget"};

// Answered with success and not made: a job has no business with the disks of the whole machine.
inline constexpr const char* kPretendedCalls[] = {"sync", "syncfs"};

inline constexpr const char* kRefusedCalls[] = {
    // namespaces and mounts
    "unshare", "setns", "umount", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen",
    "fsconfig", "fsmount", "fspick", "mount_setattr", "statmount", "listmount",
    // other processes and files by handle
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
    "pidfd_getfd", "kcmp", "open_by_handle_at", "name_to_handle_at",
    // large and young parts of the kernel
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open",
    "userfaultfd", "fanotify_init", "fanotify_mark", "memfd_secret", "modify_ldt", "lookup_dcookie",
    "remap_file_pages",
    // keyrings are not in any namespace
    "keyctl", "add_key", "request_key",
    // the machine
    "acct", "adjtimex", "clock_adjtime", "clock_settime", "settimeofday", "delete_module",
    "finit_module", "init_module", "create_module", "get_kernel_syms", "query_module", "ioperm",
    "iopl", "kexec_file_load", "kexec_load", "mbind", "migrate_pages", "move_pages",
    "set_mempolicy", "set_mempolicy_home_node", "nfsservctl", "quotactl", "quotactl_fd", "reboot",
    "setdomainname", "sethostname", "swapoff", "swapon", "syslog", "sysfs", "_sysctl", "uselib",
    "vhangup", "vserver"};

}  // namespace glovebox
