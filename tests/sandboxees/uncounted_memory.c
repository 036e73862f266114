// Kernel memory that is charged to no cgroup: filters of sockets and of the caller itself. Each
// call is made once, with one filter of one instruction: more have deadlocked a kernel.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "probe.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

static struct sock_filter accept_all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_fprog filter = {1, accept_all};

static int set_mode(long operation) {
  return syscall(SYS_seccomp, operation, 0, &filter) == 0 ? 0 : errno;
}
static int set_by_prctl(long mode) {
  return prctl(PR_SET_SECCOMP, mode, &filter, 0, 0) == 0 ? 0 : errno;
}
static int name_mapping(long unused) {
  (void)unused;
  static char page[8192] __attribute__((aligned(4096)));
  return prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, page, 4096, "probe") == 0 ? 0 : errno;
}

int main(void) {
  require_confinement();
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
  report("attach-filter",
         setsockopt(pair[0], SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
  report("lock-filter", setsockopt(pair[0], SOL_SOCKET, SO_LOCK_FILTER, &(int){0}, sizeof(int)));
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  report_in_child("seccomp-filter", set_mode, SECCOMP_SET_MODE_FILTER);
  report_in_child("prctl-seccomp", set_by_prctl, SECCOMP_MODE_FILTER);
  // Some kernels are built without it.
  report_in_child("name-mapping", name_mapping, 0);
  return 0;
}
