// Calls and arguments that often have kernel bugs and that no tool needs. "needless_doors"
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "probe.h"

static int merge_memory(long unused) {
  (void)unused;
  return prctl(67, 1, 0, 0, 0) == 0 ? 0 : errno;  // PR_SET_MEMORY_MERGE
}

int main(void) {
  require_confinement();
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
  report("out-of-band", send(pair[0], "x", 1, MSG_OOB));
  void* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  report("mergeable", madvise(page, 4096, MADV_MERGEABLE));
  report_in_child("memory-merge", merge_memory, 0);
  report("global-barrier", syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0));
  struct iovec part = {page, 4096};
  int ends[2];
  if (pipe(ends) != 0) return 1;
  report("gift-pages", vmsplice(ends[1], &part, 1, SPLICE_F_NONBLOCK));
  report("allowed-message", send(pair[0], "x", 1, MSG_NOSIGNAL));
  report("allowed-advice", madvise(page, 4096, MADV_DONTNEED));
  return 0;
}
