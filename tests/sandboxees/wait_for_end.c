// Prints "ready" and waits: until standard input ends, or without end if it is /dev/null.
// "wait_for_end MARKER"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  puts("ready");
  fflush(stdout);
  struct stat in;
  if (fstat(0, &in) == 0 && !S_ISCHR(in.st_mode)) {
    char byte;
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
  }
  for (;;) pause();
}
