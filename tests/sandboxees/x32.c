// Makes calls by their x32 numbers: "x32 getpid|mount|socket|unshare".
#include <sys/syscall.h>

#include "probe.h"

#define X32_BIT 0x40000000L

int main(int argc, char** argv) {
  const char* which = argc > 1 ? argv[1] : "getpid";
  long rc = -1;
  errno = ENOSYS;
  if (strcmp(which, "getpid") == 0) rc = syscall(X32_BIT | SYS_getpid);
  if (strcmp(which, "mount") == 0) rc = syscall(X32_BIT | SYS_mount, 0, 0, 0, 0, 0);
  if (strcmp(which, "unshare") == 0) rc = syscall(X32_BIT | SYS_unshare, 0);
  if (strcmp(which, "socket") == 0) rc = syscall(X32_BIT | SYS_socket, 2, 1, 0);
  report(which, rc);
  return 0;
}
