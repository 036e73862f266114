// Creates empty files in DIRECTORY until refused, at most five million. "flood_inodes DIRECTORY"
#include <fcntl.h>

#include "probe.h"

int main(int argc, char** argv) {
  require_confinement();
  if (chdir(argc > 1 ? argv[1] : ".") != 0) return 2;
  long made = 0;
  for (; made < 5000000; ++made) {
    char name[32];
    snprintf(name, sizeof name, "f%ld", made);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
      report("create", -1);
      break;
    }
    close(fd);
  }
  report_value("made", made);
  return 0;
}
