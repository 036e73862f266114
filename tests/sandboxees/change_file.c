// Operations on the file at PATH that Landlock alone does not refuse: "change_file PATH". Only for
// the test's own files, or inside the sandbox.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const char* path = argv[1];
  struct stat found;
  char other[4096];
  snprintf(other, sizeof other, "%s.other", path);
  report("stat", stat(path, &found));
  report("access", access(path, F_OK));
  report("open-read", open(path, O_RDONLY | O_CLOEXEC));
  report("open-write", open(path, O_WRONLY | O_CLOEXEC));
  report("chmod", chmod(path, 0640));
  report("chown", chown(path, getuid(), getgid()));
  report("utimensat", utimensat(AT_FDCWD, path, NULL, 0));
  report("setxattr", setxattr(path, "user.glovebox-probe", "x", 1, 0));
  report("truncate", truncate(path, 0));
  report("link", link(path, other));
  unlink(other);
  report("rename", rename(path, other));
  rename(other, path);
  report("unlink", unlink(path));
  return 0;
}
