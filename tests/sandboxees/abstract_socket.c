// Passes a descriptor over the abstract socket NAME (CVE-2024-27297). "abstract_socket receive
// NAME" binds it and waits for one until standard input ends; "abstract_socket send NAME" sends
// one; "abstract_socket both NAME" does both, to show that it works.
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "probe.h"

static socklen_t make_address(struct sockaddr_un* address, const char* name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  size_t length = strnlen(name, sizeof address->sun_path - 1);
  memcpy(address->sun_path + 1, name, length);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

static int bind_socket(const char* name) {
  struct sockaddr_un address;
  socklen_t size = make_address(&address, name);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int bound = bind(fd, (struct sockaddr*)&address, size);
  report("bind", bound);
  return bound == 0 ? fd : -1;
}

static void send_descriptor(const char* name) {
  struct sockaddr_un address;
  socklen_t size = make_address(&address, name);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  char byte = 'x';
  int passed = 0;
  struct iovec data = {&byte, 1};
  char control[CMSG_SPACE(sizeof passed)] = {0};
  struct msghdr message = {.msg_name = &address,
                           .msg_namelen = size,
                           .msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof passed);
  memcpy(CMSG_DATA(header), &passed, sizeof passed);
  report("send", sendmsg(fd, &message, MSG_DONTWAIT));
}

static void receive_descriptor(int fd, int timeout) {
  struct pollfd ready[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  poll(ready, 2, timeout);
  char byte;
  errno = EAGAIN;
  report("receive", recv(fd, &byte, 1, MSG_DONTWAIT));
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  int both = strcmp(argv[1], "both") == 0;
  int fd = -1;
  if (both || strcmp(argv[1], "receive") == 0) fd = bind_socket(argv[2]);
  if (both || strcmp(argv[1], "send") == 0) send_descriptor(argv[2]);
  if (fd >= 0) receive_descriptor(fd, both ? 0 : -1);
  return 0;
}
