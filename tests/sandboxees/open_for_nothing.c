// Opens the file at PATH neither for reading nor for writing, which Landlock does not treat as an
// access, and continues from there; then truncates it, which Landlock checks from ABI 3 on.
// "open_for_nothing PATH"; only for the test's own files.
#include <fcntl.h>
#include <sys/stat.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  int fd = open(argv[1], O_ACCMODE | O_CLOEXEC);
  int refused = errno;
  report("open-for-nothing", fd);
  errno = refused;
  report("chmod-for-nothing", fd < 0 ? -1 : fchmod(fd, 0640));
  report("truncate-for-nothing", open(argv[1], O_ACCMODE | O_TRUNC | O_CLOEXEC));
  report("truncate-for-reading", open(argv[1], O_RDONLY | O_TRUNC | O_CLOEXEC));
  return 0;
}
