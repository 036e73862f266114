// Leaves marks on objects that other jobs share: the times of /dev/null, through the descriptor of
// standard input and through the path; its locks and modes. "leave_mark"
#include <sys/file.h>
#include <sys/stat.h>

#include "probe.h"

int main(int argc, char** argv) {
  require_confinement();
  const struct timespec early[2] = {{1000000007, 0}, {1000000007, 0}};
  struct stat null;
  if (fstat(0, &null) != 0 || !S_ISCHR(null.st_mode)) return 1;
  report_value("mtime", null.st_mtim.tv_sec);
  if (argc > 1 && strcmp(argv[1], "look") == 0) {
    // Whether another process holds it.
    report("lock", flock(0, LOCK_EX | LOCK_NB));
    return 0;
  }
  futimens(0, early);
  futimens(0, NULL);
  utimensat(AT_FDCWD, "/dev/null", early, 0);
  int all = open("/dev/null", O_RDWR | O_CLOEXEC);
  futimens(all, early);
  futimens(all, NULL);
  fchmod(all, 0600);
  if (fstat(0, &null) != 0) return 1;
  report_value("left", null.st_mtim.tv_sec);
  report("lock", flock(0, LOCK_EX | LOCK_NB));
  puts("marked");
  fflush(stdout);
  char byte;
  // Holds the lock until the other end of its standard error is closed.
  if (argc > 1 && strcmp(argv[1], "hold") == 0) sleep(30);
  return read(0, &byte, 0) < 0;
}
