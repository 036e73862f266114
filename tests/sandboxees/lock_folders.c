// Removes all permissions from its own folder, its siblings and its parent, and tries to move and
// to remove them. "lock_folders"
#include <fcntl.h>
#include <sys/stat.h>

#include "probe.h"

int main(void) {
  require_confinement();
  report("above", chmod("..", 0));
  report("above-at", fchmodat(AT_FDCWD, "../.", 0, 0));
  report("round-about", chmod("../work/..", 0));
  report("rename", rename("../work", "../elsewhere"));
  report("rename-beside", rename("../tmp", "../elsewhere"));
  report("make-beside", mkdir("../beside", 0755));
  report("remove-beside", rmdir("../tmp"));
  report("allowed-file", open("left", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  report("allowed-beside", chmod("../tmp", 0));
  report("allowed-own", chmod(".", 0));
  return 0;
}
