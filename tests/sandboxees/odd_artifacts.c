// Leaves what must not be followed or handed back among what may be: "odd_artifacts TARGET", a path
// that links point at.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "probe.h"

static void write_file(const char* name) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  report(name, write(fd, "mine\n", 5) == 5 ? 0 : -1);
  close(fd);
}

int main(int argc, char** argv) {
  const char* target = argc > 1 ? argv[1] : "/etc/passwd";
  write_file("plain");
  report("folder", mkdir("folder", 0755));
  write_file("folder/inner");
  report("link", symlink(target, "link"));
  report("folder-link", symlink("/etc", "folder-link"));
  report("loop", symlink("loop", "loop"));
  report("fifo", mkfifo("fifo", 0644));
  write_file("one-of-two");
  report("two-of-two", link("one-of-two", "two-of-two"));
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  report("socket", bind(fd, (struct sockaddr*)&address, sizeof address));
  write_file("locked");
  report("lock", chmod("locked", 0));
  return 0;
}
