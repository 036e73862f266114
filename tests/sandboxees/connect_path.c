// Connects to the UNIX socket at each PATH. "connect_path PATH…"
#include <sys/socket.h>
#include <sys/un.h>

#include "probe.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", argv[i]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    report(argv[i], fd < 0 ? -1 : connect(fd, (struct sockaddr*)&to, sizeof to));
  }
  return 0;
}
