// Ignores and blocks every signal that can be ignored, then burns CPU ("burn") or waits.
// "ignore_signals burn|wait MARKER"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  for (int number = 1; number < 65; ++number) signal(number, SIG_IGN);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  puts("ready");
  fflush(stdout);
  if (argc > 1 && strcmp(argv[1], "burn") == 0) {
    for (volatile long turns = 0;; ++turns) {
    }
  }
  for (;;) pause();
}
