#include <time.h>

#include "sandbox/seccomp/call_list.h"

namespace glovebox {

// <linux/posix-timers.h>: an id below 0 is the CPU clock of a process or thread, or of a device;
// the low three bits are its kind, the others the complement of the number.
static constexpr std::uint32_t kClockKind = 0x80000007;

void add_time_calls(CallList& table) {
  table.begin("signals");
  table.allow(
      "kill pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask "
      "rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo "
      "sigaltstack signalfd signalfd4 tgkill tkill pidfd_send_signal");
  table.begin("time");
  table.allow(
      "alarm getitimer setitimer gettimeofday nanosleep time timer_delete timer_getoverrun "
      "timer_gettime timer_settime timerfd_gettime timerfd_settime");
  // Clocks of the machine and of the caller. Of the CPU clocks by number only those of threads,
  // which the kernel provides only for the caller's own threads: the CPU clock of process 1 would
  // show the CPU time of earlier jobs.
  const std::vector<std::uint32_t> clocks{CLOCK_REALTIME,
                                          CLOCK_MONOTONIC,
                                          CLOCK_PROCESS_CPUTIME_ID,
                                          CLOCK_THREAD_CPUTIME_ID,
                                          CLOCK_MONOTONIC_RAW,
                                          CLOCK_REALTIME_COARSE,
                                          CLOCK_MONOTONIC_COARSE,
                                          CLOCK_BOOTTIME,
                                          CLOCK_TAI,
                                          0xfffffff8 /* own CPU time by kind */,
                                          0xfffffff9,
                                          0xfffffffa};
  for (auto [name, argument] : {std::pair("clock_getres", 0U), std::pair("clock_gettime", 0U),
                                std::pair("clock_nanosleep", 0U), std::pair("timer_create", 0U)}) {
    CallRule rule{{{{is_one_of(argument, clocks)}, CallAnswer::kAllow},
                   {{bits_are(argument, kClockKind, {0x80000004, 0x80000005, 0x80000006})},
                    CallAnswer::kAllow}},
                  kInvalid};
    table.rule(name, rule, "clocks of the machine and of the caller");
  }
  table.only("timerfd_create", {is_one_of(0, {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME})},
             "clocks of the machine", kInvalid);
}

}  // namespace glovebox
