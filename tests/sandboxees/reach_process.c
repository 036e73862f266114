// What can be accessed of another process through /proc and process_vm_readv(2): "reach_process
// PID…"; "parent" is its own parent. Changes nothing.
#include <fcntl.h>
#include <sys/uio.h>

#include "probe.h"

static void open_entry(const char* pid, const char* entry, int flags) {
  char path[128];
  snprintf(path, sizeof path, "/proc/%s/%s", pid, entry);
  int fd = open(path, flags | O_CLOEXEC);
  report(entry, fd);
  if (fd >= 0) close(fd);
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    char pid[16];
    int number = strcmp(argv[i], "parent") == 0 ? getppid() : atoi(argv[i]);
    snprintf(pid, sizeof pid, "%d", number);
    open_entry(pid, "environ", O_RDONLY);
    open_entry(pid, "mem", O_RDONLY);
    open_entry(pid, "maps", O_RDONLY);
    open_entry(pid, "fd", O_RDONLY | O_DIRECTORY);
    open_entry(pid, "fdinfo", O_RDONLY | O_DIRECTORY);
    open_entry(pid, "root", O_PATH);
    open_entry(pid, "cwd", O_PATH);
    open_entry(pid, "exe", O_PATH);
    char byte;
    struct iovec local = {&byte, 1};
    struct iovec remote = {(void*)&local, 1};
    if (process_vm_readv(number, &local, 1, &remote, 1, 0) < 0 && errno == EFAULT) errno = 0;
    report("process-vm-readv", errno == 0 ? 0 : -1);
  }
  return 0;
}
