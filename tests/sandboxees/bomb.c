// A fork bomb with a call other than fork(2): "bomb vfork|clone|threads MARKER".
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

#include "probe.h"

static void* start_more(void* unused) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  for (;;) {
    pthread_t thread;
    pthread_create(&thread, &attributes, start_more, NULL);
  }
  return unused;
}

int main(int argc, char** argv) {
  require_confinement();
  if (argc < 3) return 2;
  puts("started");
  fflush(stdout);
  for (;;) {
    // The child continues the loop; after vfork its parent waits for it.
    if (strcmp(argv[1], "vfork") == 0) syscall(SYS_vfork);
    if (strcmp(argv[1], "clone") == 0) syscall(SYS_clone, (long)SIGCHLD, 0, 0, 0, 0);
    if (strcmp(argv[1], "threads") == 0) start_more(NULL);
  }
}
