// Sends descriptors into sockets that nobody reads, limited only by its user's limit on descriptors
// in flight, then holds them until standard input ends. "hoard_in_flight MARKER"
#include <sys/socket.h>

#include "probe.h"

static int send_descriptor(int socket, int fd) {
  char byte = 'x';
  struct iovec data = {&byte, 1};
  char control[CMSG_SPACE(sizeof fd)] = {0};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return sendmsg(socket, &message, MSG_DONTWAIT) < 0 ? -1 : 0;
}

int main(void) {
  long sent = 0;
  int failures = 0;
  while (failures < 20 && sent < 20000) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) break;
    while (sent < 20000 && send_descriptor(pair[0], 0) == 0) ++sent;
    ++failures;
  }
  report_value("in-flight", sent);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
