// "leave_files make NAME" leaves a file NAME in /work, /tmp and /dev/shm; "leave_files find NAME"
// looks for them.
#include <fcntl.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  require_own_pid_namespace();
  int flags = strcmp(argv[1], "make") == 0 ? O_WRONLY | O_CREAT | O_EXCL : O_RDONLY;
  const char* folders[] = {"/work", "/tmp", "/dev/shm"};
  for (int i = 0; i < 3; ++i) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folders[i], argv[2]);
    report(folders[i], open(path, flags | O_CLOEXEC, 0644));
  }
  return 0;
}
