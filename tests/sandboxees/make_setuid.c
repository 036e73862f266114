// Every way to create a set-user-ID or set-group-ID file in DIRECTORY. A check is ok only if the
// file then has the bit. "make_setuid DIRECTORY"
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "probe.h"

static const char* const file = "made";

static void judge(const char* name, long rc) {
  int error = errno;
  struct stat found;
  if (rc >= 0 && (stat(file, &found) != 0 || (found.st_mode & (S_ISUID | S_ISGID)) == 0)) {
    rc = -1;
    error = EPERM;  // the call succeeded without the bit: equivalent to a refusal
  }
  errno = error;
  report(name, rc < 0 ? -1 : 0);
  unlink(file);
}

static int fresh(void) {
  return open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
}

int main(int argc, char** argv) {
  if (argc < 2 || chdir(argv[1]) != 0) return 2;
  fresh();
  judge("chmod-setuid", syscall(SYS_chmod, file, 04755));
  fresh();
  judge("chmod-setgid", syscall(SYS_chmod, file, 02755));
  judge("fchmod", syscall(SYS_fchmod, fresh(), 04755));
  fresh();
  judge("fchmodat", syscall(SYS_fchmodat, AT_FDCWD, file, 04755));
  fresh();
  judge("fchmodat2", syscall(452, AT_FDCWD, file, 04755, 0));
  judge("open", syscall(SYS_open, file, O_WRONLY | O_CREAT, 04755));
  judge("openat", syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT, 04755));
  judge("creat", syscall(SYS_creat, file, 04755));
  struct open_how how = {.flags = O_WRONLY | O_CREAT, .mode = 04755};
  judge("openat2", syscall(SYS_openat2, AT_FDCWD, file, &how, sizeof how));
  judge("mknod", syscall(SYS_mknod, file, S_IFREG | 04755, 0));
  judge("mknodat", syscall(SYS_mknodat, AT_FDCWD, file, S_IFREG | 04755, 0));
  return 0;
}
