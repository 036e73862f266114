// Calls that no kernel has.
#include <sys/syscall.h>

#include "probe.h"

int main(void) {
  report("call-999", syscall(999));
  report("call-4000", syscall(4000));
  report("call-1000000", syscall(1000000));
  report("call-largest", syscall(0x3fffffff));
  return 0;
}
