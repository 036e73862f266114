// Writes argv[1] bytes to standard output, lines of 80 characters, 64 KiB at a time.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kBlock = 64 * 1024, kLine = 80 };

int main(int argc, char** argv) {
  static char block[kBlock];
  memset(block, 'x', sizeof block);
  for (size_t i = kLine - 1; i < sizeof block; i += kLine) block[i] = '\n';
  unsigned long long left = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
  while (left > 0) {
    size_t size = left < kBlock ? (size_t)left : kBlock;
    ssize_t written = write(STDOUT_FILENO, block, size);
    if (written <= 0) return 1;
    left -= (unsigned long long)written;
  }
  return 0;
}
