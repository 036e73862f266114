// Sends itself the signal of that number: "forge_verdict SIGNAL"
#include <signal.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 2) return 99;
  signal(atoi(argv[1]), SIG_DFL);
  kill(getpid(), atoi(argv[1]));
  pause();
  return 98;
}
