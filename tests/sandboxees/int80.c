// Makes calls through the 32-bit entry: "int80 getpid|mount|socket|unshare". All pointers are null,
// so that no call has an effect.
#include "probe.h"

static long call32(long number, long first, long second) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(first), "c"(second), "d"(0), "S"(0), "D"(0)
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

int main(int argc, char** argv) {
  const char* which = argc > 1 ? argv[1] : "getpid";
  long result = -ENOSYS;
  // Numbers of arch/x86/entry/syscalls/syscall_32.tbl.
  if (strcmp(which, "getpid") == 0) result = call32(20, 0, 0);
  if (strcmp(which, "mount") == 0) result = call32(21, 0, 0);
  if (strcmp(which, "unshare") == 0) result = call32(310, 0, 0);
  if (strcmp(which, "socket") == 0) result = call32(359, 2, 1);
  errno = result < 0 ? (int)-result : 0;
  report(which, result < 0 ? -1 : 0);
  return 0;
}
