// A tree of DEPTH folders in DIRECTORY, a file at the bottom, every folder then made inaccessible.
// "deep_tree DIRECTORY DEPTH"
#include <fcntl.h>
#include <sys/stat.h>

#include "probe.h"

int main(int argc, char** argv) {
  long depth = argc > 2 ? atol(argv[2]) : 10;
  if (chdir(argc > 1 ? argv[1] : ".") != 0) return 2;
  long made = 0;
  while (made < depth && mkdir("d", 0755) == 0 && chdir("d") == 0) ++made;
  report("descend", made == depth ? 0 : -1);
  int fd = open("bottom", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  report("bottom", fd);
  long closed = 0;
  while (closed < made && chdir("..") == 0 && chmod("d", 0) == 0) ++closed;
  report("lock", closed == made ? 0 : -1);
  report_value("depth", made);
  return 0;
}
