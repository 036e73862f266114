// Fills files without a name, which are in no folder: COUNT of MIB each, or until refused; then one
// that is as long as possible. "hide_files COUNT MIB"
#include <fcntl.h>
#include <signal.h>

#include "probe.h"

static char block[64 << 10];

static int open_hidden(void) {
  int fd = open("hidden", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  unlink("hidden");
  return fd;
}

int main(int argc, char** argv) {
  require_confinement();
  long count = argc > 1 ? atol(argv[1]) : 1;
  long long bytes = (argc > 2 ? atoll(argv[2]) : 1) << 20;
  signal(SIGXFSZ, SIG_IGN);
  long long hidden = 0;
  ssize_t rc = 0;
  for (long i = 0; i < count && rc >= 0; ++i) {
    int fd = open_hidden();
    for (long long written = 0; written < bytes; written += rc) {
      rc = write(fd, block, sizeof block);
      if (rc <= 0) break;
      hidden += rc;
    }
  }
  report("hide", rc < 0 ? -1 : 0);
  report_value("hidden", hidden);
  report("longest", pwrite(open_hidden(), "x", 1, 64 << 20));
  return 0;
}
