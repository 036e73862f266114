// Starts waiting threads, up to COUNT or the first refusal, then ends; with "hold" it waits too.
// "spawn_threads COUNT [hold]"
#include <pthread.h>

#include "probe.h"

static void* wait_forever(void* unused) {
  for (;;) pause();
  return unused;
}

int main(int argc, char** argv) {
  long wanted = argc > 1 ? atol(argv[1]) : 10;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  long started = 0;
  while (started < wanted) {
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, wait_forever, NULL);
    if (error != 0) {
      errno = error;
      report("thread", -1);
      break;
    }
    ++started;
  }
  if (started == wanted) report("thread", 0);
  report_value("threads", started);
  if (argc > 2) wait_forever(NULL);
  return 0;
}
