#include <fcntl.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sandbox/seccomp/call_list.h"

namespace glovebox {
namespace {

// TCGETS2, which is defined only in headers that conflict with libc's.
constexpr std::uint32_t kGetTerminal2 = 0x802c542a;

void add_files(CallList& table) {
  table.begin("files");
  table.allow(
      "access faccessat faccessat2 chdir fchdir chown fchown fchownat lchown close "
      "close_range copy_file_range dup dup2 dup3 fallocate fdatasync flock fsetxattr fsync "
      "ftruncate getcwd getdents getdents64 fgetxattr getxattr lgetxattr listxattr "
      "llistxattr flistxattr removexattr lremovexattr fremovexattr setxattr lsetxattr link "
      "linkat lseek mkdir mkdirat newfstatat stat fstat lstat statx statfs fstatfs pread64 "
      "preadv pwrite64 pwritev read readlink readlinkat readv rename renameat rmdir "
      "sendfile splice tee symlink symlinkat sync_file_range truncate umask unlink "
      "unlinkat utime utimes utimensat futimesat write writev");
  table.rule("sync", always(kPretend), "returns success and does nothing");
  table.rule("syncfs", always(kPretend), "returns success and does nothing");
  table.rule("readahead", always(kPretend), "returns success and does nothing");
  // POSIX_FADV_DONTNEED removes a file of /usr from the page cache. A later read then shows whether
  // a neighbour has used the file since.
  table.rule("fadvise64", always(kPretend), "returns success and does nothing");
  // RWF_NOWAIT shows whether a page is cached; RWF_DONTCACHE drops pages.
  constexpr std::uint32_t kPlainFlags = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND;
  for (const char* name : {"preadv2", "pwritev2"}) {
    table.only(name, {bits_clear(5, ~kPlainFlags)}, "flags HIPRI, DSYNC, SYNC, APPEND",
               answer_errno(EOPNOTSUPP));
  }
  // RENAME_WHITEOUT creates a device.
  table.only("renameat2", {bits_clear(4, ~(RENAME_NOREPLACE | RENAME_EXCHANGE))},
             "flags NOREPLACE, EXCHANGE", kInvalid);
}

// Modes: no setuid or setgid file, although no mount would honour it.
void add_modes(CallList& table) {
  constexpr std::uint32_t kPrivileged = S_ISUID | S_ISGID;
  for (const char* name : {"chmod", "fchmod", "creat"}) {
    table.only(name, {bits_clear(1, kPrivileged)}, "no setuid or setgid bit", kRefuse);
  }
  table.only("fchmodat", {bits_clear(2, kPrivileged)}, "no setuid or setgid bit", kRefuse);
  const std::vector<std::uint32_t> plain{0, S_IFREG, S_IFIFO, S_IFSOCK};
  table.only("mknod", {bits_are(1, S_IFMT | kPrivileged, plain)}, "files, FIFOs, sockets", kRefuse);
  table.only("mknodat", {bits_are(2, S_IFMT | kPrivileged, plain)}, "files, FIFOs, sockets",
             kRefuse);
  // Access mode 3 of open(2): Landlock sees no access in it. With O_TRUNC and before Landlock ABI
  // 3, it empties any file that the uid may write to. open uses its mode argument only if it
  // creates a file; otherwise that register may have any value.
  constexpr std::uint32_t kTmpfile = O_TMPFILE & ~O_DIRECTORY;
  auto open_rule = [&](unsigned flags) -> CallRule {
    return {{{{bits_are(flags, O_ACCMODE, {O_ACCMODE})}, kRefuse},
             {{bits_clear(flags, O_CREAT | kTmpfile)}, CallAnswer::kAllow},
             {{bits_clear(flags + 1, kPrivileged)}, CallAnswer::kAllow}},
            kRefuse};
  };
  constexpr std::string_view kOpen = "no setuid or setgid bit, no access mode 3";
  table.rule("open", open_rule(1), kOpen);
  table.rule("openat", open_rule(2), kOpen);
}

void add_descriptors(CallList& table) {
  table.begin("operations on descriptors");
  // Not listed: F_NOTIFY shows who opens files below a folder of /usr; F_SETOWN, F_SETSIG and
  // leases send signals to other processes or delay them; hints (F_SET_RW_HINT) stay with an inode
  // and do not change its times, so a reused init would keep them (job_traces.h).
  table.only(
      "fcntl",
      {is_one_of(1, {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK,
                     F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_GETOWN, F_GETPIPE_SZ,
                     F_SETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS, F_GETLEASE, F_GET_RW_HINT})},
      "descriptors, flags, locks, pipe sizes, seals", kRefuse);
  // A job may read a terminal's state, but not insert input (TIOCSTI, CVE-2017-5226) or change the
  // selection (TIOCLINUX). For file systems only the flags of an inode: no FIEMAP, no
  // FS_IOC_GETFSMAP, no PIDFD_GET_INFO. The three ioctls of seccomp_unotify(2) are for the
  // supervisor; a job has no listener.
  CallRule ioctl{{{{is_one_of(1, {TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP})}, kRefuse},
                  {{is_one_of(1, {TCGETS, kGetTerminal2, TIOCGWINSZ, TIOCGPGRP, TIOCGSID, TIOCOUTQ,
                                  FIONREAD, FIONBIO, FIOASYNC, FIOCLEX, FIONCLEX, FIOQSIZE,
                                  FS_IOC_GETFLAGS, FICLONE, SECCOMP_IOCTL_NOTIF_RECV,
                                  SECCOMP_IOCTL_NOTIF_SEND, SECCOMP_IOCTL_NOTIF_ID_VALID})},
                   CallAnswer::kAllow}},
                 answer_errno(ENOTTY)};
  table.rule("ioctl", ioctl, "reading terminal state, FIONREAD, FIONBIO and similar");
}

}  // namespace

void add_file_calls(CallList& table) {
  add_files(table);
  add_modes(table);
  add_descriptors(table);
}

}  // namespace glovebox
