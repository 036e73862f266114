// Makes random system calls from several processes and threads until its time is over, and prints
// how many it made. "fuzz_calls SEED SECONDS", or "fuzz_calls marker".
//
// The controller forks workers, which make the calls. Every second it kills all of them and forks
// new ones, so that a worker that blocks, or has lost its memory, costs no more than that. Workers
// count in a shared page. The counts go to standard error. With every fourth seed the workers keep
// the job's standard output: what they do to that pipe reaches the server, and may fill the stored
// output of the job.
//
// Thread T of worker W in generation G makes the same calls with the same arguments for the same
// seed. The results of the calls and the scheduling of threads may differ.
//
// It runs only in an emulated machine, because a kernel bug that it finds would affect this host.
#include <cpuid.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <time.h>

#include "fuzz_table.h"
#include "fuzz_values.h"
#include "probe.h"

#define WORKERS 3
#define THREADS 3
#define GENERATION_SECONDS 1
#define MOST_CALLS_OF_A_CHILD 100

struct Counts {
  uint64_t made[CLASSES], succeeded[CLASSES], refused[CLASSES];
  uint64_t workers;  // the number forked
};
static struct Counts* counts;
static int keep_output;

// The CPU that QEMU emulates reports this; a CPU of KVM or real hardware does not (cpuid leaf
// 0x40000000).
static int in_emulated_machine(void) {
  unsigned eax, text[3];
  __cpuid(0x40000000, eax, text[0], text[1], text[2]);
  (void)eax;
  return memcmp(text, "TCGTCGTCGTCG", sizeof text) == 0;
}

static const struct KnownCall* find_call(long number) {
  for (size_t i = 0; i < KNOWN_CALLS; ++i) {
    if (kKnownCalls[i].number == number) return &kKnownCalls[i];
  }
  return NULL;
}

static uint64_t argument(uint64_t* state, char kind, const struct KnownCall* call) {
  switch (kind) {
    case 'f':
      return descriptor(state);
    case 'p':
      return pointer(state);
    case 's':
      return path(state);
    case 'n':
      return size(state);
    case 'i':
      return small(state);
    case 'g':
      return flags(state);
    case 'd':
      return process(state);
    case 'o':
      if (one_in(state, 16)) return small(state);
      return call->options[below(state, (uint64_t)call->option_count)];
    default:
      return any_value(state);
  }
}

// The number of the next call: a known one, any that Linux has, an unknown one, or one of another
// calling convention.
static long choose_number(uint64_t* state) {
  if (!one_in(state, 4)) return kKnownCalls[below(state, KNOWN_CALLS)].number;
  if (one_in(state, 512)) return 0x40000000 | (long)below(state, 550);  // x32: the filter kills
  return (long)below(state, one_in(state, 8) ? 1024 : 470);
}

// These end the caller and test nothing.
static int is_pointless(long number, uint64_t* state) {
  int ends = number == SYS_exit || number == SYS_exit_group || number == SYS_pause ||
             number == SYS_rt_sigreturn || number == SYS_vfork || number == SYS_rt_sigsuspend;
  return ends && !one_in(state, 64);
}

static int is_refusal(long rc) {
  return rc == -EPERM || rc == -EACCES || rc == -ENOSYS;
}

// False in a child that the call has created.
static int make_call(uint64_t* state) {
  static const uint64_t none[6];
  long number = choose_number(state);
  if (is_pointless(number, state)) return 1;
  const struct KnownCall* call = find_call(number);
  const char* kinds = call ? call->arguments : "";
  uint64_t arguments[6];
  for (int i = 0; i < 6; ++i) {
    char kind = *kinds ? *kinds++ : 'x';
    arguments[i] = argument(state, one_in(state, 32) ? 'x' : kind, call);
    // The filter compares some arguments on 32 bits only; the other bits must not matter.
    if (one_in(state, 64)) arguments[i] ^= next_random(state) << 32;
  }
  int kind = call ? call->call_class : number < 470 ? OTHERS : UNKNOWN;
  // Counted before the call, which may not return.
  __atomic_fetch_add(&counts->made[kind], 1, __ATOMIC_RELAXED);
  long rc = raw_call(number, arguments);
  int makes_child = number == SYS_clone || number == SYS_fork || number == SYS_vfork;
  if (rc == 0 && makes_child) {
    if (number == SYS_fork) return 0;
    raw_call(SYS_exit, none);
  }
  if (rc >= 0) __atomic_fetch_add(&counts->succeeded[kind], 1, __ATOMIC_RELAXED);
  if (is_refusal(rc)) __atomic_fetch_add(&counts->refused[kind], 1, __ATOMIC_RELAXED);
  return 1;
}

static void* make_calls(void* start) {
  static const uint64_t none[6];
  uint64_t state = (uint64_t)(uintptr_t)start;
  for (uint64_t left = UINT64_MAX; left > 0; --left) {
    if (make_call(&state)) continue;
    state ^= 0x5DEECE66Du;
    if (left > MOST_CALLS_OF_A_CHILD) left = MOST_CALLS_OF_A_CHILD;
  }
  raw_call(SYS_exit_group, none);
  return NULL;
}

// Descriptors of each kind below 24, where most arguments point.
static void open_some(void) {
  int fds[2];
  for (int i = 0; i < 2; ++i) {
    if (pipe2(fds, O_NONBLOCK) != 0) return;
  }
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds);
  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds);
  for (const char* const* name = kPaths; name < kPaths + 10; ++name) {
    open(*name, O_RDONLY | O_CLOEXEC);
  }
  open("fuzzed", O_RDWR | O_CREAT, 0600);
}

static void on_alarm(int signal) {
  (void)signal;
}

// Interrupts blocking calls again and again, as long as the fuzzer has not changed the timer.
static void keep_awake(void) {
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval often = {{0, 10000}, {0, 10000}};
  setitimer(ITIMER_REAL, &often, NULL);
}

static void work(uint64_t seed) {
  uint64_t state = seed;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int null = open("/dev/null", O_RDWR);
  if (null < 0 || dup2(null, 2) < 0) _exit(1);
  if (!keep_output && dup2(null, 1) < 0) _exit(1);
  open_some();
  if (make_pool(&state) != 0) _exit(1);
  keep_awake();
  for (int i = 1; i < THREADS; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, make_calls, (void*)(uintptr_t)next_random(&state));
  }
  make_calls((void*)(uintptr_t)next_random(&state));
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Printed often, because a call may end the controller too. The last line of each kind counts.
static void tell(void) {
  for (int i = 0; i < CLASSES; ++i) {
    fprintf(stderr, "fuzz %s made=%llu ok=%llu refused=%llu\n", kClassNames[i],
            (unsigned long long)counts->made[i], (unsigned long long)counts->succeeded[i],
            (unsigned long long)counts->refused[i]);
  }
  fprintf(stderr, "fuzz-workers value=%llu\n", (unsigned long long)counts->workers);
}

static void run_generation(uint64_t seed, double end) {
  double until = now() + GENERATION_SECONDS;
  uint64_t state = seed;
  int living = 0;
  while (now() < until && now() < end) {
    while (living < WORKERS) {
      pid_t pid = fork();
      if (pid == 0) work(next_random(&state));
      if (pid < 0) break;
      next_random(&state);
      ++counts->workers;
      ++living;
    }
    usleep(20000);
    while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) --living;
    if (living < 0) living = 0;  // adopted orphans
  }
  kill(-1, SIGKILL);
  for (int i = 0; i < 100 && waitpid(-1, NULL, WNOHANG | __WALL) >= 0; ++i) usleep(2000);
}

static int try_marker(long unused) {
  (void)unused;
  return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 0 : errno;
}

int main(int argc, char** argv) {
  if (!in_emulated_machine()) {
    fprintf(stderr, "refusing to run on a CPU that QEMU does not emulate\n");
    return 99;
  }
  report_in_child("marker", try_marker, 0);
  if (argc == 2 && strcmp(argv[1], "marker") == 0) return 0;
  if (argc != 3) return 2;
  require_confinement();
  uint64_t state = strtoull(argv[1], NULL, 10);
  double end = now() + strtod(argv[2], NULL);
  counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (counts == MAP_FAILED) return 1;
  keep_output = state % 4 == 0;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  // The workers can send signals to the controller too.
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  fprintf(stderr, "fuzz seed %s\n", argv[1]);
  while (now() < end) {
    run_generation(next_random(&state), end);
    tell();
  }
  return 0;
}
