// Every indirect path to the file FOLDER/NAME, each trying to change the file, its folder or its
// content. "change_roundabout FOLDER NAME". Only for the test's own files.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <utime.h>

#include "probe.h"

static const char up[] = "../../../../../../../../../../../../../../../..";
static const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};

static void by_folder(int folder, const char* name) {
  report("fchmodat", fchmodat(folder, name, 0600, 0));
  report("utimensat", utimensat(folder, name, long_ago, 0));
  report("utimensat-nofollow", utimensat(folder, name, long_ago, AT_SYMLINK_NOFOLLOW));
  report("futimesat", syscall(SYS_futimesat, folder, name, NULL));
  report("openat-write", openat(folder, name, O_WRONLY | O_CLOEXEC));
  report("openat-truncate", openat(folder, name, O_RDONLY | O_TRUNC | O_CLOEXEC));
  report("openat-read", openat(folder, name, O_RDONLY | O_CLOEXEC));
  report("openat-new", openat(folder, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  report("openat-tmpfile", openat(folder, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600));
  report("mkdirat", mkdirat(folder, "new-folder", 0700));
  report("symlinkat", symlinkat("x", folder, "new-link"));
  report("linkat-out", linkat(folder, name, AT_FDCWD, "stolen", 0));
  report("renameat", renameat(folder, name, folder, "renamed"));
  renameat(folder, "renamed", folder, name);
  report("listing", openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static void by_descriptor(int folder, const char* name) {
  int file = openat(folder, name, O_PATH | O_CLOEXEC);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  report("chmod-proc-fd", chmod(path, 0600));
  report("truncate-proc-fd", truncate(path, 3));
  report("open-proc-fd", open(path, O_WRONLY | O_CLOEXEC));
  report("setxattr-proc-fd", setxattr(path, "user.glovebox-probe", "x", 1, 0));
  report("utimensat-empty-path", utimensat(file, "", long_ago, AT_EMPTY_PATH));
  report("linkat-proc-fd", linkat(AT_FDCWD, path, AT_FDCWD, "stolen-too", AT_SYMLINK_FOLLOW));
}

static void by_paths(const char* folder, const char* name) {
  char path[4096];
  char link[] = "way-to-file";
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (symlink(path, link) != 0) return;
  report("chmod-by-link", chmod(link, 0600));
  report("truncate-by-link", truncate(link, 3));
  report("utime-by-link", utime(link, NULL));
  report("utimes-by-link", utimes(link, NULL));
  report("open-by-link", open(link, O_WRONLY | O_CLOEXEC));
  unlink(link);
  if (symlink(folder, link) != 0) return;
  snprintf(path, sizeof path, "%s/%s", link, name);
  report("chmod-by-folder-link", chmod(path, 0600));
  report("truncate-by-folder-link", truncate(path, 3));
  unlink(link);
  snprintf(path, sizeof path, "%s%s/%s", up, folder, name);
  report("chmod-dot-dot", chmod(path, 0600));
  report("truncate-dot-dot", truncate(path, 3));
  snprintf(path, sizeof path, "./%s%s/%s", up, folder, name);
  report("utimensat-dot-dot", utimensat(AT_FDCWD, path, long_ago, 0));
}

static void from_its_folder(const char* folder, const char* name) {
  if (chdir(folder) != 0) return;
  report("chmod-from-there", chmod(name, 0600));
  report("truncate-from-there", truncate(name, 3));
  report("utimensat-from-there", utimensat(AT_FDCWD, name, long_ago, 0));
  report("chmod-of-folder", chmod(".", 0755));
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  int folder = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  by_folder(folder, argv[2]);
  by_descriptor(folder, argv[2]);
  by_paths(argv[1], argv[2]);
  from_its_folder(argv[1], argv[2]);
  return 0;
}
