// Leaves files that must not be followed or returned among allowed ones: "odd_artifacts TARGET
// FOLDER", a path that links refer to, and a folder of the job that is not returned.
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
  write_file("also-elsewhere");
  char elsewhere[256];
  snprintf(elsewhere, sizeof elsewhere, "%s/kept", argc > 2 ? argv[2] : "/tmp");
  report("elsewhere", link("also-elsewhere", elsewhere));
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  report("socket", bind(fd, (struct sockaddr*)&address, sizeof address));
  write_file("locked");
  report("lock", chmod("locked", 0));
  return 0;
}
