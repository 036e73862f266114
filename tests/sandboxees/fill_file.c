// Writes up to MIB to a file at PATH, or to a memfd if PATH is "memfd", until done or an error. The
// file stays. Several pairs are filled in turn. Exits with CODE; never if CODE is "wait".
// "fill_file CODE PATH MIB [PATH MIB]…"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include "probe.h"

static char block[64 << 10];

static void fill(const char* path, long long bytes) {
  int fd = strcmp(path, "memfd") == 0 ? memfd_create("probe", MFD_CLOEXEC)
                                      : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    report("open", -1);
    return;
  }
  long long written = 0;
  ssize_t rc = 0;
  while (written < bytes && (rc = write(fd, block, sizeof block)) > 0) written += rc;
  report(path, written < bytes ? -1 : 0);
  report_value(path, written);
}

int main(int argc, char** argv) {
  int code = argc > 1 ? atoi(argv[1]) : 0;
  memset(block, 'x', sizeof block);
  signal(SIGXFSZ, SIG_IGN);
  for (int i = 2; i + 1 < argc; i += 2) fill(argv[i], atoll(argv[i + 1]) << 20);
  while (argc > 1 && strcmp(argv[1], "wait") == 0) pause();
  return code;
}
