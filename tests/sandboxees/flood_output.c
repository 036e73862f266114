// Writes one endless line to standard output: MIB of it, or without end if MIB is 0. "flood_output
// MIB"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char block[64 << 10];

int main(int argc, char** argv) {
  long long bytes = (argc > 1 ? atoll(argv[1]) : 1) << 20;
  memset(block, 'x', sizeof block);
  for (long long written = 0; bytes == 0 || written < bytes;) {
    ssize_t rc = write(1, block, sizeof block);
    if (rc <= 0) return 1;
    written += rc;
  }
  return 0;
}
