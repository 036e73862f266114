// Prints each given file, as far as it can be read.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char** argv) {
  static char block[64 << 10];
  for (int i = 1; i < argc; ++i) {
    int fd = open(argv[i], O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      perror(argv[i]);
      continue;
    }
    for (ssize_t rc; (rc = read(fd, block, sizeof block)) > 0;) {
      if (write(1, block, (size_t)rc) != rc) return 1;
    }
    close(fd);
  }
  return 0;
}
