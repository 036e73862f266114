// Creates and removes a file in each DIRECTORY. "write_everywhere DIRECTORY…"
#include <fcntl.h>

#include "probe.h"

int main(int argc, char** argv) {
  require_confinement();
  for (int i = 1; i < argc; ++i) {
    char path[4096];
    snprintf(path, sizeof path, "%s/glovebox-probe", argv[i]);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    report(argv[i], fd);
    if (fd >= 0) {
      close(fd);
      unlink(path);
    }
  }
  return 0;
}
