// Repeatedly changes d/NAME by path, while another thread swaps the folder d, which has its own
// file of that name, with a link to FOLDER. "swap_folder FOLDER NAME TIMES"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "probe.h"

static atomic_int done;
static atomic_long swaps;

static void* swap(void* unused) {
  while (!done) {
    if (renameat2(AT_FDCWD, "d", AT_FDCWD, "l", RENAME_EXCHANGE) != 0) return unused;
    ++swaps;
  }
  return NULL;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  char path[512];
  snprintf(path, sizeof path, "d/%s", argv[2]);
  report("folder", mkdir("d", 0755));
  report("file", open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  report("link", symlink(argv[1], "l"));
  pthread_t thread;
  if (pthread_create(&thread, NULL, swap, NULL) != 0) return 2;
  const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
  long changed = 0;
  long refused = 0;
  // On a busy machine the other thread may not run for long, or only between two of our turns.
  // Outside the sandbox nothing is refused.
  const long times = atol(argv[3]);
  for (long i = 0; i < times * 1000; ++i) {
    int saw_both = changed > 0 && refused > 0;
    if (i >= times && swaps >= 1000 && (saw_both || i >= times * 20)) break;
    int failed = chmod(path, 0600) + truncate(path, 3) + utimensat(AT_FDCWD, path, long_ago, 0);
    if (failed == 0) ++changed;
    if (failed == -3) ++refused;
  }
  done = 1;
  void* stopped = NULL;
  pthread_join(thread, &stopped);
  report_value("changed", changed);
  report_value("refused", refused);
  return 0;
}
