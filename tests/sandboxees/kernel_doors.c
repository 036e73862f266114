// Large and rarely used parts of the kernel, and administrative calls. Every call is made so that
// it has no effect if allowed: usually it then fails for another reason.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "probe.h"

#define USER_MODE_ONLY 1

static void try_handles(void) {
  struct {
    struct file_handle head;
    char bytes[128];
  } handle = {.head = {.handle_bytes = 128}};
  int mount = 0;
  if (syscall(SYS_name_to_handle_at, AT_FDCWD, ".", &handle, &mount, 0) != 0) {
    handle.head.handle_bytes = 8;
    handle.head.handle_type = 1;
  }
  int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  report("open-by-handle-at", syscall(SYS_open_by_handle_at, here, &handle, O_RDONLY));
}

static void try_keys(void) {
  report("add-key", syscall(SYS_add_key, "user", "glovebox-probe", "x", 1, -2));
  report("request-key", syscall(SYS_request_key, "user", "glovebox-absent", NULL, 0));
  report("keyctl", syscall(SYS_keyctl, 0, -3, 0));  // KEYCTL_GET_KEYRING_ID
}

static void try_machines(void) {
  struct io_uring_params ring = {0};
  report("io-uring-setup", syscall(SYS_io_uring_setup, 1, &ring));
  report("io-uring-enter", syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0));
  report("io-uring-register", syscall(SYS_io_uring_register, -1, 0, NULL, 0));
  unsigned long context = 0;
  report("io-setup", syscall(SYS_io_setup, 1, &context));
  union bpf_attr map = {
      .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  report("bpf", syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map));
  report("userfaultfd", syscall(SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY));
  struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE,
                                  .size = sizeof event,
                                  .config = PERF_COUNT_SW_CPU_CLOCK,
                                  .disabled = 1,
                                  .exclude_kernel = 1};
  report("perf-event-open", syscall(SYS_perf_event_open, &event, 0, -1, -1, 8));
}

// Refused as invalid if the caller is allowed to make them.
static void try_administration(void) {
  struct timeval bad_time = {0, -1};
  struct timespec bad_clock = {0, -1};
  report("settimeofday", syscall(SYS_settimeofday, &bad_time, NULL));
  report("clock-settime", syscall(SYS_clock_settime, CLOCK_REALTIME, &bad_clock));
  report("reboot", syscall(SYS_reboot, 0, 0, 0, NULL));
  report("swapon", syscall(SYS_swapon, "/glovebox-absent", 0));
  report("swapoff", syscall(SYS_swapoff, "/glovebox-absent"));
  report("acct", syscall(SYS_acct, "/glovebox-absent"));
  report("syslog", syscall(SYS_syslog, 10, NULL, 0));
  report("iopl", syscall(SYS_iopl, 4));
  report("ioperm", syscall(SYS_ioperm, 0x70000L, 1, 1));
  report("kexec-load", syscall(SYS_kexec_load, 0, 0, NULL, 0xffffL));
  report("delete-module", syscall(SYS_delete_module, "glovebox_absent", O_NONBLOCK));
  report("fanotify-init", syscall(SYS_fanotify_init, 0xffffffffL, 0));
  report("sethostname", syscall(SYS_sethostname, "glovebox", -1L));
}

int main(void) {
  require_confinement();
  try_machines();
  try_keys();
  try_handles();
  try_administration();
  return 0;
}
