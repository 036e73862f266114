// Opens descriptors, pipes, sockets and event descriptors until refused or LIMIT are held.
// "hoard_descriptors LIMIT"
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "probe.h"

static int held[100000];

static int open_null(int pair[2]) {
  pair[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return pair[0] < 0 ? -1 : 1;
}
static int open_pipe(int pair[2]) {
  return pipe2(pair, O_CLOEXEC) < 0 ? -1 : 2;
}
static int open_socket_pair(int pair[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ? -1 : 2;
}
static int open_event(int pair[2]) {
  pair[0] = eventfd(0, EFD_CLOEXEC);
  return pair[0] < 0 ? -1 : 1;
}

static void hoard(const char* name, int (*open_some)(int[2]), int limit) {
  int count = 0;
  int got = 0;
  while (count < limit) {
    int pair[2] = {-1, -1};
    got = open_some(pair);
    if (got < 0) break;
    for (int i = 0; i < got; ++i) held[count++] = pair[i];
  }
  report(name, got < 0 ? -1 : 0);
  report_value(name, count);
  while (count > 0) close(held[--count]);
}

int main(int argc, char** argv) {
  int limit = argc > 1 ? atoi(argv[1]) : 100;
  if (limit > 99990) limit = 99990;
  hoard("files", open_null, limit);
  hoard("pipes", open_pipe, limit);
  hoard("sockets", open_socket_pair, limit);
  hoard("events", open_event, limit);
  return 0;
}
