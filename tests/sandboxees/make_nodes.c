// Creates device nodes here (null, a disk) and, which is allowed, a FIFO. "make_nodes"
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "probe.h"

int main(void) {
  require_confinement();
  report("character-device", mknod("null", S_IFCHR | 0666, makedev(1, 3)));
  report("block-device", mknod("disk", S_IFBLK | 0666, makedev(7, 0)));
  report("character-device-at", syscall(SYS_mknodat, -100, "null2", S_IFCHR | 0666, makedev(1, 3)));
  report("allowed-fifo", mkfifo("fifo", 0600));
  return 0;
}
