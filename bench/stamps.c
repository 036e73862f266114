// Writes lines that say when they were written: nanoseconds of CLOCK_MONOTONIC, which all processes
// of a machine share.   stamps FIRST_AFTER_MS LINES MS_BETWEEN
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void sleep_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  sleep_ms(atol(argv[1]));
  for (long left = atol(argv[2]); left > 0; --left) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    char line[40];
    int size = snprintf(line, sizeof line, "%lld\n",
                        (long long)now.tv_sec * 1000000000 + (long long)now.tv_nsec);
    if (write(STDOUT_FILENO, line, (size_t)size) != size) return 1;
    sleep_ms(atol(argv[3]));
  }
  return 0;
}
