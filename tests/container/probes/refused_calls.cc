// Calls that deploy/docker/seccomp.json does not permit, each with harmless arguments. One line per
// call: a name, and the error.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

struct Call {
  const char* name;
  long number;
};

int main() {
  const Call calls[] = {{"acct", SYS_acct},
                        {"add_key", SYS_add_key},
                        {"bpf", SYS_bpf},
                        {"chroot", SYS_chroot},
                        {"clock_settime", SYS_clock_settime},
                        {"delete_module", SYS_delete_module},
                        {"fanotify_init", SYS_fanotify_init},
                        {"finit_module", SYS_finit_module},
                        {"fsmount", SYS_fsmount},
                        {"fsopen", SYS_fsopen},
                        {"init_module", SYS_init_module},
                        {"io_uring_setup", SYS_io_uring_setup},
                        {"ioperm", SYS_ioperm},
                        {"kcmp", SYS_kcmp},
                        {"kexec_load", SYS_kexec_load},
                        {"keyctl", SYS_keyctl},
                        {"mbind", SYS_mbind},
                        {"move_pages", SYS_move_pages},
                        {"name_to_handle_at", SYS_name_to_handle_at},
                        {"open_by_handle_at", SYS_open_by_handle_at},
                        {"perf_event_open", SYS_perf_event_open},
                        {"pidfd_getfd", SYS_pidfd_getfd},
                        {"process_vm_readv", SYS_process_vm_readv},
                        {"ptrace", SYS_ptrace},
                        {"quotactl", SYS_quotactl},
                        {"reboot", SYS_reboot},
                        {"request_key", SYS_request_key},
                        {"setns", SYS_setns},
                        {"swapon", SYS_swapon},
                        {"syslog", SYS_syslog},
                        {"userfaultfd", SYS_userfaultfd}};
  for (const Call& call : calls) {
    // Pointers and commands that no call accepts.
    long result = syscall(call.number, -1L, -1L, -1L, -1L, -1L, -1L);
    std::printf("%s %s\n", call.name, result >= 0 ? "ok" : strerrorname_np(errno));
  }
}
