// Which pages of a shared file are in memory, and evicting them: together they reveal what a
// neighbour runs. "page_cache"
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "probe.h"

int main(void) {
  require_confinement();
  int file = open("/usr/bin/env", O_RDONLY | O_CLOEXEC);
  char byte;
  struct iovec part = {&byte, 1};
  if (file < 0 || pread(file, &byte, 1, 0) != 1) return 1;
  // Cached data is read immediately; RWF_NOWAIT (8) then does not return EAGAIN.
  long told = syscall(SYS_preadv2, file, &part, 1L, 0L, 0L, 8);
  report("nowait", told == 1 || errno == EAGAIN ? 0 : -1);
  struct {
    unsigned long offset, length;
  } all = {0, 4096};
  unsigned long counts[5];
  report("cachestat", syscall(451, file, &all, counts, 0) == 0 ? 0 : -1);
  void* page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
  report("pageout", madvise(page, 4096, 21));
  report("allowed-advice", posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL) == 0 ? 0 : -1);
  return 0;
}
