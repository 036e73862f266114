// Opens a socket of FAMILY and TYPE, both numbers. "open_socket FAMILY TYPE"
#include <sys/socket.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  report("socket", socket(atoi(argv[1]), atoi(argv[2]) | SOCK_CLOEXEC, 0));
  int pair[2];
  report("socketpair-unix", socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  return 0;
}
