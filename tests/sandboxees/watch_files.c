// Tries to watch who opens or executes the files of /usr, which all jobs and the host share.
// "watch_files"
#include <sys/inotify.h>

#include "probe.h"

int main(void) {
  require_confinement();
  int watcher = inotify_init1(IN_CLOEXEC);
  report("inotify-init", watcher);
  report("inotify-add-watch", inotify_add_watch(watcher, "/usr/bin", IN_OPEN | IN_ACCESS));
  int folder = open("/usr/bin", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  report("notify", fcntl(folder, F_NOTIFY, DN_ACCESS));
  report("lease", fcntl(folder, F_SETLEASE, F_UNLCK) == -1 && errno == EPERM ? -1 : 0);
  return 0;
}
