// "leave_files make NAME FOLDER…" leaves a file NAME in each folder; "leave_files find NAME
// FOLDER…" looks for them.
#include <fcntl.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  require_confinement();
  int flags = strcmp(argv[1], "make") == 0 ? O_WRONLY | O_CREAT | O_EXCL : O_RDONLY;
  for (int i = 3; i < argc; ++i) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", argv[i], argv[2]);
    report(argv[i], open(path, flags | O_CLOEXEC, 0644));
  }
  return 0;
}
