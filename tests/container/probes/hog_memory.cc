// Four processes that each touch 300 MiB: more than a job may use, and more than the container has.
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <vector>

int main() {
  for (int i = 0; i < 4; ++i) {
    if (fork() != 0) continue;
    std::vector<char*> kept;
    for (int block = 0; block < 300; ++block) {
      kept.push_back(new char[1 << 20]);
      std::memset(kept.back(), 1, 1 << 20);
    }
    pause();
  }
  while (wait(nullptr) > 0) {
  }
}
