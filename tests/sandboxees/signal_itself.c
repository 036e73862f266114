// Sends itself a signal. "signal_itself NUMBER"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char** argv) {
  puts("ready");
  fflush(stdout);
  kill(getpid(), argc > 1 ? atoi(argv[1]) : SIGSTOP);
  for (;;) pause();
}
