// Connects to each ADDRESS PORT by TCP for at most a second. "connect_inet [ADDRESS PORT]…"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "probe.h"

static int try_connect(const char* address, int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, address, &to.sin_addr);
  if (connect(fd, (struct sockaddr*)&to, sizeof to) == 0) return 0;
  if (errno != EINPROGRESS) return -1;
  struct pollfd writable = {.fd = fd, .events = POLLOUT};
  if (poll(&writable, 1, 1000) != 1) {
    errno = ETIMEDOUT;
    return -1;
  }
  socklen_t size = sizeof errno;
  int error = 0;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0 ? 0 : -1;
}

int main(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; i += 2) report(argv[i], try_connect(argv[i], atoi(argv[i + 1])));
  return 0;
}
