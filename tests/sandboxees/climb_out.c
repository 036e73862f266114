// Every way up from here to the file at the host's absolute PATH. "climb_out PATH"
#include <fcntl.h>
#include <sys/syscall.h>

#include "probe.h"

static const char up[] = "../../../../../../../../../../../../../../../../../../../../..";

static void try_below(const char* name, int from, const char* base, const char* path) {
  char whole[8192];
  snprintf(whole, sizeof whole, "%s%s", base, path);
  int fd = openat(from, whole, O_RDONLY | O_CLOEXEC);
  report(name, fd);
  if (fd >= 0) close(fd);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const char* path = argv[1];
  int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  char base[512];
  try_below("absolute", AT_FDCWD, "", path);
  try_below("dot-dot", AT_FDCWD, up, path);
  try_below("saved-descriptor", here, up, path);
  snprintf(base, sizeof base, "/proc/self/cwd/%s", up);
  try_below("self-cwd", AT_FDCWD, base, path);
  try_below("self-root", AT_FDCWD, "/proc/self/root", path);
  snprintf(base, sizeof base, "/proc/self/root/%s", up);
  try_below("above-self-root", AT_FDCWD, base, path);
  snprintf(base, sizeof base, "/proc/%d/root", getppid());
  try_below("parent-root", AT_FDCWD, base, path);
  snprintf(base, sizeof base, "/proc/%d/cwd/%s", getppid(), up);
  try_below("parent-cwd", AT_FDCWD, base, path);
  for (int i = 0; i < 64 && chdir("..") == 0; ++i) {
  }
  try_below("after-chdir", AT_FDCWD, path + 1, "");
  if (fchdir(here) == 0) try_below("after-fchdir", AT_FDCWD, up, path);
  return 0;
}
