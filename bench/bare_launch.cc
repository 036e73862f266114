#include "bare_launch.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace glovebox {

pid_t start_bare(const char* program) {
  char* argv[] = {const_cast<char*>(program), nullptr};
  return start_bare(argv);
}

pid_t start_bare(char* const* argv) {
  char* environment[] = {nullptr};
  pid_t pid = ::vfork();
  if (pid == 0) {
    ::execve(argv[0], argv, environment);
    ::_exit(127);
  }
  if (pid > 0) return pid;
  std::perror("vfork");
  std::exit(1);
}

void reap_bare() {
  int status = 0;
  if (::waitpid(-1, &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  std::fprintf(stderr, "the bare program did not return 0\n");
  std::exit(1);
}

}  // namespace glovebox
