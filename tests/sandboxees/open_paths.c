// Opens each path for reading ("r") or for writing ("w") and closes it again; nothing is read,
// written or created. "open_paths r|w PATH…"
#include <fcntl.h>

#include "probe.h"

int main(int argc, char** argv) {
  int flags = argc > 1 && argv[1][0] == 'w' ? O_WRONLY : O_RDONLY;
  for (int i = 2; i < argc; ++i) {
    int fd = open(argv[i], flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    report(argv[i], fd);
    if (fd >= 0) close(fd);
  }
  return 0;
}
