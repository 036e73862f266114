// Creates a tree of DEPTH folders in DIRECTORY with a file at the bottom, all below a locked first
// folder. Built from the bottom up, because on the way down Landlock checks every parent folder of
// each new one. Uses its own folder, because an overlay without extended attributes, such as on a
// tmpfs before Linux 6.6, cannot move folders of the project. "deep_tree DIRECTORY DEPTH"
#include <fcntl.h>
#include <sys/stat.h>

#include "probe.h"

// Moves the tree "d" below a new folder, which then becomes the tree.
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
