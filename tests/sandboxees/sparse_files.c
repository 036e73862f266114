// Files that are larger than their content: one of 10 TB, then COUNT of MIB each that stay.
// "sparse_files COUNT MIB"; if MORTAL is in the environment, the first excess may end it.
#include <fcntl.h>
#include <signal.h>

#include "probe.h"

int main(int argc, char** argv) {
  long count = argc > 1 ? atol(argv[1]) : 0;
  off_t bytes = (off_t)(argc > 2 ? atol(argv[2]) : 0) << 20;
  if (getenv("MORTAL") == NULL) signal(SIGXFSZ, SIG_IGN);
  int huge = open("huge", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  report("truncate-10tb", ftruncate(huge, (off_t)10 << 40));
  report("truncate-10tb-by-path", truncate("huge", (off_t)10 << 40));
  report("write-at-10tb", pwrite(huge, "x", 1, (off_t)10 << 40));
  report("allocate-10tb", fallocate(huge, 0, 0, (off_t)10 << 40));
  close(huge);
  long made = 0;
  for (long i = 0; i < count; ++i) {
    char name[32];
    snprintf(name, sizeof name, "sparse%ld", i);
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0 && ftruncate(fd, bytes) == 0) ++made;
    close(fd);
  }
  report_value("made", made);
  return 0;
}
