// A tree of DEPTH folders in DIRECTORY, a file at the bottom, all below the first locked. Built
// from the bottom up: on the way down Landlock looks at every folder above for each that is made.
// In a folder of its own: into one of the project's an overlay without extended attributes, such as
// on a tmpfs before Linux 6.6, lets no folder be moved.
// "deep_tree DIRECTORY DEPTH"
#include <fcntl.h>
#include <sys/stat.h>

#include "probe.h"

// Puts the tree "d" below a folder of its own, which then is the tree.
static int put_below(void) {
  if (mkdir("top", 0755) != 0 || rename("d", "top/d") != 0) return -1;
  return chmod("top/d", 0) == 0 ? rename("top", "d") : -1;
}

int main(int argc, char** argv) {
  long depth = argc > 2 ? atol(argv[2]) : 10;
  if (chdir(argc > 1 ? argv[1] : ".") != 0) return 2;
  if (mkdir("deep", 0755) != 0 || chdir("deep") != 0) return 2;
  report("bottom-folder", mkdir("d", 0755));
  int fd = open("d/bottom", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  report("bottom-file", fd);
  long made = 1;
  while (made < depth && put_below() == 0) ++made;
  report("build", made == depth ? 0 : -1);
  report_value("depth", made);
  return 0;
}
