#include "sandbox/seccomp/job_calls.h"

#include "sandbox/seccomp/call_list.h"

namespace glovebox {
namespace {

void add_rest(CallList& table) {
  // Use objects of the job's own IPC namespace by their numbers. Calls that create objects:
  // ipc_calls().
  table.begin("System V IPC and message queues");
  table.allow(
      "mq_getsetattr mq_notify mq_timedreceive mq_timedsend mq_unlink msgctl msgrcv msgsnd "
      "semctl semop semtimedop shmat shmctl shmdt");
  table.begin("Landlock");
  table.allow("landlock_create_ruleset landlock_add_rule landlock_restrict_self");
  table.begin("set-up of a job");
  table.allow("mount umount2 capset");
}

}  // namespace

const std::vector<CallGroup>& call_groups() {
  static const std::vector<CallGroup> groups{
      {"files",
       "Everything except the job's own tmpfs is read-only; Landlock and mounts enforce that."},
      {"operations on descriptors", "Commands that act on the caller's own descriptors."},
      {"memory", "The caller's own address space; the memory cgroup or the watcher counts it."},
      {"processes and threads",
       "Only the job's PID namespace is reachable; the pids cgroup or an rlimit bounds them."},
      {"signals", "Only the job's PID namespace is reachable; RLIMIT_SIGPENDING bounds the queue."},
      {"time", "Clocks that reveal nothing about other processes. No clock can be set."},
      {"waiting and messages",
       "Bounded by RLIMIT_NOFILE and charged to the job; local sockets in an empty network "
       "namespace."},
      {"System V IPC and message queues",
       "In the job's own IPC namespace. A job that does not need \"ipc\" can make no object "
       "there."},
      {"Landlock", "A job can only confine itself further; rulesets are charged to it."},
      {"set-up of a job",
       "For the init of a job. A job has no capability, and Landlock refuses mounts as well."},
  };
  return groups;
}

const std::vector<JobCall>& job_calls() {
  static const std::vector<JobCall> calls = [] {
    CallList table;
    add_file_calls(table);
    add_process_calls(table);
    add_time_calls(table);
    add_message_calls(table);
    add_rest(table);
    return table.take();
  }();
  return calls;
}

const std::vector<const char*>& ipc_calls() {
  static const std::vector<const char*> calls{"mq_open", "msgget", "semget", "shmget"};
  return calls;
}

const std::vector<const char*>& unmapped_memory_calls() {
  static const std::vector<const char*> calls{"memfd_create", "shmget"};
  return calls;
}

const std::vector<const char*>& refused_calls() {
  static const std::vector<const char*> calls{
      // namespaces and mounts
      "unshare", "setns", "umount", "pivot_root", "chroot", "open_tree", "open_tree_attr",
      "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
      // state of file systems and mounts by number
      "statmount", "listmount", "ustat", "quotactl", "quotactl_fd", "sysfs",
      // other processes, and files by handle
      "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
      "pidfd_getfd", "pidfd_open", "kcmp", "open_by_handle_at", "name_to_handle_at",
      // who reads or executes which file on the machine
      "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "fanotify_init",
      "fanotify_mark", "cachestat", "perf_event_open", "lookup_dcookie",
      // kernel memory that no cgroup counts; large and young parts of the kernel
      "bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "memfd_secret",
      "modify_ldt", "remap_file_pages", "vmsplice",
      // keyrings are not in any namespace
      "keyctl", "add_key", "request_key",
      // the machine
      "acct", "adjtimex", "clock_adjtime", "clock_settime", "settimeofday", "delete_module",
      "finit_module", "init_module", "create_module", "get_kernel_syms", "query_module", "ioperm",
      "iopl", "kexec_file_load", "kexec_load", "mbind", "migrate_pages", "move_pages",
      "set_mempolicy", "set_mempolicy_home_node", "nfsservctl", "reboot", "setdomainname",
      "setgroups", "sethostname", "swapoff", "swapon", "syslog", "_sysctl", "uselib", "vhangup",
      "vserver"};
  return calls;
}

}  // namespace glovebox
