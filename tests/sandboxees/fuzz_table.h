// The calls that fuzz_calls knows: the class of each, and the kinds of its arguments. Other numbers
// get arguments of any kind.
#pragma once

#include <fcntl.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

enum CallClass { FILES, MEMORY, PROCESSES, SIGNALS, WAITING, SOCKETS, IPC, DOORS, OTHERS, UNKNOWN };
#define CLASSES 10
static const char* const kClassNames[CLASSES] = {"files",   "memory",  "processes", "signals",
                                                 "waiting", "sockets", "ipc",       "doors",
                                                 "others",  "unknown"};

// f descriptor, p pointer, s path, n size, i small number, g flags, d process, o one of `options`
// and sometimes a small number in its place, x anything.
struct KnownCall {
  short number;
  short call_class;
  const char* arguments;
  const uint64_t* options;
  int option_count;
};

#define OPTIONS(array) array, sizeof array / sizeof *array

static const uint64_t kIoctls[] = {
    FIONREAD,   FIONBIO,    FIOASYNC, FIOQSIZE, TIOCSTI,    TIOCGPGRP,  TIOCSPGRP,  TIOCSCTTY,
    TIOCLINUX,  FIOCLEX,    0x8901,   0x8902,   0x8904,     0x8905,     0xC020660B, 0xC0C0583B,
    0x40049409, 0x0000125D, 0x5413,   0x5401,   0x80086601, 0x40086602, 0x5452,     0xB701};
static const uint64_t kFcntls[] = {0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,
                                   11,   15,   16,   36,   37,   38,   1024, 1025, 1026, 1027, 1028,
                                   1029, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038};
static const uint64_t kOpenFlags[] = {0,        1,        2,       3,       0x42,   0x242,   0x441,
                                      0x200000, 0x410002, 0x10000, 0x80000, 0x4000, 0x101000};
static const uint64_t kMapFlags[] = {0x01,   0x02,    0x03,   0x21,     0x22,  0x8022,
                                     0x2022, 0x40022, 0x8001, 0x100022, 0x4022};
static const uint64_t kAdvice[] = {0,  1,  2,  3,  4,  8,  9,  10, 11, 12,  13,
                                   14, 15, 16, 17, 18, 19, 20, 21, 22, 100, 101};
static const uint64_t kCloneFlags[] = {17,
                                       SIGCHLD | CLONE_VFORK,
                                       SIGCHLD | CLONE_FILES | CLONE_FS,
                                       SIGCHLD | CLONE_NEWUSER,
                                       SIGCHLD | CLONE_NEWPID,
                                       SIGCHLD | CLONE_NEWNS,
                                       SIGCHLD | CLONE_NEWNET,
                                       SIGCHLD | CLONE_NEWIPC | CLONE_NEWUTS,
                                       SIGCHLD | CLONE_PARENT,
                                       SIGCHLD | CLONE_IO,
                                       CLONE_PTRACE | SIGCHLD};
static const uint64_t kPrctls[] = {
    1,  2,  3,  4,  7,  8,  14, 15, 16, 21, 22, 23, 24, 25, 26,         27,        28, 29,
    30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,         45,        46, 47,
    48, 52, 53, 55, 56, 57, 62, 64, 65, 66, 67, 68, 69, 70, 0x53564D41, 0x59616D61};
static const uint64_t kFamilies[] = {AF_UNIX,      AF_INET,  AF_INET6, AF_NETLINK,
                                     AF_PACKET,    AF_VSOCK, AF_ALG,   AF_XDP,
                                     AF_BLUETOOTH, AF_RDS,   AF_TIPC};
static const uint64_t kSocketOptions[] = {
    2,  3,  4,  7,  8,  9,  13, 15, 16, 17, 18, 20, 21, 25, 26, 27, 28, 29, 32, 33, 36, 40, 42, 43,
    44, 45, 46, 48, 49, 50, 51, 52, 54, 55, 56, 59, 60, 61, 62, 67, 69, 71, 73, 74, 75, 76, 77};
static const uint64_t kSignals[] = {0, 1, 2, 3, 10, 12, 13, 14, 17, 18, 20, 23, 28, 31, 34, 64, 65};

static const struct KnownCall kKnownCalls[] = {
    {SYS_openat, FILES, "fsoi", OPTIONS(kOpenFlags)},
    {SYS_open, FILES, "soi", OPTIONS(kOpenFlags)},
    {SYS_read, FILES, "fpn", 0, 0},
    {SYS_write, FILES, "fpn", 0, 0},
    {SYS_readv, FILES, "fpi", 0, 0},
    {SYS_writev, FILES, "fpi", 0, 0},
    {SYS_preadv2, FILES, "fpinng", 0, 0},
    {SYS_pwritev2, FILES, "fpinng", 0, 0},
    {SYS_close, FILES, "f", 0, 0},
    {SYS_dup, FILES, "f", 0, 0},
    {SYS_dup3, FILES, "ffg", 0, 0},
    {SYS_ioctl, FILES, "fop", OPTIONS(kIoctls)},
    {SYS_fcntl, FILES, "fox", OPTIONS(kFcntls)},
    {SYS_getdents64, FILES, "fpn", 0, 0},
    {SYS_mkdirat, FILES, "fsi", 0, 0},
    {SYS_unlinkat, FILES, "fsg", 0, 0},
    {SYS_renameat2, FILES, "fsfsi", 0, 0},
    {SYS_linkat, FILES, "fsfsg", 0, 0},
    {SYS_symlinkat, FILES, "sfs", 0, 0},
    {SYS_readlinkat, FILES, "fspn", 0, 0},
    {SYS_fchmodat, FILES, "fsi", 0, 0},
    {SYS_fchownat, FILES, "fsiig", 0, 0},
    {SYS_utimensat, FILES, "fspg", 0, 0},
    {SYS_setxattr, FILES, "sspni", 0, 0},
    {SYS_getxattr, FILES, "sspn", 0, 0},
    {SYS_fallocate, FILES, "finn", 0, 0},
    {SYS_ftruncate, FILES, "fn", 0, 0},
    {SYS_fadvise64, FILES, "fnni", 0, 0},
    {SYS_sync_file_range, FILES, "fnni", 0, 0},
    {SYS_flock, FILES, "fi", 0, 0},
    {SYS_copy_file_range, FILES, "fpfpni", 0, 0},
    {SYS_splice, FILES, "fpfpni", 0, 0},
    {SYS_tee, FILES, "ffni", 0, 0},
    {SYS_vmsplice, FILES, "fpii", 0, 0},
    {SYS_sendfile, FILES, "ffpn", 0, 0},
    {SYS_pipe2, FILES, "pg", 0, 0},
    {SYS_statx, FILES, "fsggp", 0, 0},
    {SYS_inotify_init1, FILES, "g", 0, 0},
    {SYS_inotify_add_watch, FILES, "fsg", 0, 0},
    {SYS_mmap, MEMORY, "pniofn", OPTIONS(kMapFlags)},
    {SYS_munmap, MEMORY, "pn", 0, 0},
    {SYS_mprotect, MEMORY, "pni", 0, 0},
    {SYS_mremap, MEMORY, "pnnip", 0, 0},
    {SYS_madvise, MEMORY, "pno", OPTIONS(kAdvice)},
    {SYS_mlock2, MEMORY, "pni", 0, 0},
    {SYS_mlockall, MEMORY, "i", 0, 0},
    {SYS_mincore, MEMORY, "pnp", 0, 0},
    {SYS_msync, MEMORY, "pni", 0, 0},
    {SYS_brk, MEMORY, "p", 0, 0},
    {SYS_memfd_create, MEMORY, "sg", 0, 0},
    {SYS_pkey_mprotect, MEMORY, "pnii", 0, 0},
    {SYS_mbind, MEMORY, "pnipni", 0, 0},
    {SYS_fork, PROCESSES, "", 0, 0},
    {SYS_clone, PROCESSES, "oppp", OPTIONS(kCloneFlags)},
    {SYS_execve, PROCESSES, "spp", 0, 0},
    {SYS_execveat, PROCESSES, "fsppg", 0, 0},
    {SYS_prctl, PROCESSES, "oxxxx", OPTIONS(kPrctls)},
    {SYS_prlimit64, PROCESSES, "dipp", 0, 0},
    {SYS_sched_setattr, PROCESSES, "dpi", 0, 0},
    {SYS_sched_setaffinity, PROCESSES, "dnp", 0, 0},
    {SYS_setpriority, PROCESSES, "idi", 0, 0},
    {SYS_ioprio_set, PROCESSES, "idx", 0, 0},
    {SYS_setpgid, PROCESSES, "dd", 0, 0},
    {SYS_setsid, PROCESSES, "", 0, 0},
    {SYS_setresuid, PROCESSES, "iii", 0, 0},
    {SYS_waitid, PROCESSES, "idpgp", 0, 0},
    {SYS_pidfd_open, PROCESSES, "dg", 0, 0},
    {SYS_kill, SIGNALS, "do", OPTIONS(kSignals)},
    {SYS_tgkill, SIGNALS, "ddo", OPTIONS(kSignals)},
    {SYS_rt_sigqueueinfo, SIGNALS, "dop", OPTIONS(kSignals)},
    {SYS_rt_tgsigqueueinfo, SIGNALS, "ddop", OPTIONS(kSignals)},
    {SYS_pidfd_send_signal, SIGNALS, "fopg", OPTIONS(kSignals)},
    {SYS_rt_sigaction, SIGNALS, "oppi", OPTIONS(kSignals)},
    {SYS_rt_sigprocmask, SIGNALS, "ippi", 0, 0},
    {SYS_sigaltstack, SIGNALS, "pp", 0, 0},
    {SYS_signalfd4, SIGNALS, "fpig", 0, 0},
    {SYS_timer_create, SIGNALS, "ipp", 0, 0},
    {SYS_timer_settime, SIGNALS, "iipp", 0, 0},
    {SYS_timerfd_create, SIGNALS, "ig", 0, 0},
    {SYS_epoll_create1, WAITING, "g", 0, 0},
    {SYS_epoll_ctl, WAITING, "fifp", 0, 0},
    {SYS_eventfd2, WAITING, "ig", 0, 0},
    {SYS_ppoll, WAITING, "pipp", 0, 0},
    {SYS_futex, WAITING, "piippi", 0, 0},
    {SYS_clock_gettime, WAITING, "xp", 0, 0},
    {SYS_socket, SOCKETS, "oii", OPTIONS(kFamilies)},
    {SYS_socketpair, SOCKETS, "oiip", OPTIONS(kFamilies)},
    {SYS_bind, SOCKETS, "fpi", 0, 0},
    {SYS_connect, SOCKETS, "fpi", 0, 0},
    {SYS_listen, SOCKETS, "fi", 0, 0},
    {SYS_accept4, SOCKETS, "fppg", 0, 0},
    {SYS_sendto, SOCKETS, "fpnipi", 0, 0},
    {SYS_sendmsg, SOCKETS, "fpg", 0, 0},
    {SYS_recvmsg, SOCKETS, "fpg", 0, 0},
    {SYS_sendmmsg, SOCKETS, "fpig", 0, 0},
    {SYS_setsockopt, SOCKETS, "fiopn", OPTIONS(kSocketOptions)},
    {SYS_getsockopt, SOCKETS, "fiopp", OPTIONS(kSocketOptions)},
    {SYS_shmget, IPC, "ini", 0, 0},
    {SYS_shmat, IPC, "ipi", 0, 0},
    {SYS_shmctl, IPC, "iip", 0, 0},
    {SYS_semget, IPC, "iii", 0, 0},
    {SYS_semop, IPC, "ipi", 0, 0},
    {SYS_semctl, IPC, "iiip", 0, 0},
    {SYS_msgget, IPC, "ii", 0, 0},
    {SYS_msgsnd, IPC, "ipni", 0, 0},
    {SYS_msgrcv, IPC, "ipnii", 0, 0},
    {SYS_mq_open, IPC, "sgip", 0, 0},
    {SYS_unshare, DOORS, "o", OPTIONS(kCloneFlags)},
    {SYS_setns, DOORS, "fg", 0, 0},
    {SYS_mount, DOORS, "sssgp", 0, 0},
    {SYS_umount2, DOORS, "si", 0, 0},
    {SYS_pivot_root, DOORS, "ss", 0, 0},
    {SYS_chroot, DOORS, "s", 0, 0},
    {SYS_open_tree, DOORS, "fsg", 0, 0},
    {SYS_move_mount, DOORS, "fsfsg", 0, 0},
    {SYS_fsopen, DOORS, "si", 0, 0},
    {SYS_mount_setattr, DOORS, "fsgpn", 0, 0},
    {SYS_ptrace, DOORS, "idpp", 0, 0},
    {SYS_process_vm_writev, DOORS, "dpipii", 0, 0},
    {SYS_pidfd_getfd, DOORS, "fii", 0, 0},
    {SYS_kcmp, DOORS, "ddiii", 0, 0},
    {SYS_io_uring_setup, DOORS, "ip", 0, 0},
    {SYS_bpf, DOORS, "ipn", 0, 0},
    {SYS_perf_event_open, DOORS, "pdifg", 0, 0},
    {SYS_userfaultfd, DOORS, "g", 0, 0},
    {SYS_keyctl, DOORS, "ixxxx", 0, 0},
    {SYS_add_key, DOORS, "sspni", 0, 0},
    {SYS_seccomp, DOORS, "igp", 0, 0},
    {SYS_landlock_create_ruleset, DOORS, "png", 0, 0},
    {SYS_landlock_restrict_self, DOORS, "fi", 0, 0},
    {SYS_name_to_handle_at, DOORS, "fsppi", 0, 0},
    {SYS_open_by_handle_at, DOORS, "fpg", 0, 0},
    {SYS_clone3, DOORS, "pn", 0, 0},
    {SYS_quotactl, DOORS, "ispi", 0, 0},
    {SYS_ustat, DOORS, "ip", 0, 0},
};
#define KNOWN_CALLS (sizeof kKnownCalls / sizeof *kKnownCalls)
