// Creates kernel objects until it is refused, has the given number, or its time is over, then holds
// them until its time is over: "burden_kernel WHAT SECONDS MOST". Prints their number and the errno
// of the refusal.
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "probe.h"

#define MOST_FILES 4096
static double end;
static long most;
static long made;
static int refused_with;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Whether to create another one; `rc` is the result of the last call.
static int go_on(long rc) {
  if (rc < 0) {
    refused_with = errno;
    return 0;
  }
  return ++made < most && (made % 64 != 0 || now() < end);
}

// POSIX locks: many in each of many files, because each file keeps a list that is searched.
static void make_locks(void) {
  static int files[MOST_FILES];
  int count = 0;
  char name[32];
  while (count < MOST_FILES) {
    snprintf(name, sizeof name, "lock%d", count);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) break;
    files[count++] = fd;
  }
  for (off_t at = 0; count > 0; at += 2) {
    for (int i = 0; i < count; ++i) {
      struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
      if (!go_on(fcntl(files[i], F_SETLK, &lock))) return;
    }
  }
}

// Every event descriptor in every epoll.
static void make_epoll_watches(void) {
  int polls[MOST_FILES], events[MOST_FILES], count = 0;
  while (count < MOST_FILES) {
    polls[count] = epoll_create1(EPOLL_CLOEXEC);
    events[count] = eventfd(0, EFD_CLOEXEC);
    if (polls[count] < 0 || events[count] < 0) break;
    ++count;
  }
  struct epoll_event event = {.events = EPOLLIN};
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) {
      if (!go_on(epoll_ctl(polls[i], EPOLL_CTL_ADD, events[j], &event))) return;
    }
  }
}

static void make_inotify_instances(void) {
  while (go_on(inotify_init1(IN_CLOEXEC))) {
  }
}

static void make_inotify_watches(void) {
  int watcher = inotify_init1(IN_CLOEXEC);
  char name[32];
  do {
    snprintf(name, sizeof name, "watched%ld", made);
    if (mkdir(name, 0700) != 0) break;
  } while (go_on(inotify_add_watch(watcher, name, IN_MODIFY)));
}

static const char kMegabyte[1 << 20];

static void make_pipe_pages(void) {
  int fds[2], rc;
  do {
    rc = pipe2(fds, O_NONBLOCK | O_CLOEXEC);
    if (rc != 0) continue;
    (void)fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
    ssize_t written = write(fds[1], kMegabyte, sizeof kMegabyte);
    if (written > 0) made += written / 4096 - 1;
  } while (go_on(rc));
}

static void make_socket_pages(void) {
  int fds[2], rc;
  do {
    rc = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds);
    if (rc != 0) continue;
    ssize_t written;
    while ((written = write(fds[0], kMegabyte, 32768)) > 0) made += written / 4096;
  } while (go_on(rc));
}

// Pipes and sockets in several processes at once: while one dies from lack of memory, the others
// allocate more.
static void make_storm(void) {
  for (int i = 0; i < 12; ++i) {
    pid_t child = fork();
    if (child <= 0) break;
  }
  make_pipe_pages();
  make_socket_pages();
}

static void make_signals(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  while (go_on(sigqueue(getpid(), SIGRTMIN, (union sigval){0}))) {
  }
}

static void make_timers(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  timer_t timer;
  while (go_on(timer_create(CLOCK_MONOTONIC, &event, &timer))) {
  }
}

static void make_vmas(void) {
  int protection = PROT_NONE;
  do {
    protection ^= PROT_READ;
  } while (go_on(
      mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0));
}

static void look_up(const char* folder) {
  char name[300];
  struct stat found;
  do {
    // Long, so that the kernel stores the name outside the entry.
    snprintf(name, sizeof name, "%s/%0200ld", folder, made);
    (void)stat(name, &found);
  } while (go_on(0));
}

static void make_dentries(void) {
  look_up("/work");
}

static void make_dentries_of_host(void) {
  look_up("/usr/lib");
}

static void make_inodes(void) {
  char name[32];
  long rc;
  do {
    snprintf(name, sizeof name, "inode%ld", made);
    rc = mknod(name, S_IFREG | 0600, 0);
  } while (go_on(rc));
}

static void make_keys(void) {
  char name[32];
  do {
    snprintf(name, sizeof name, "key%ld", made);
  } while (go_on(syscall(SYS_add_key, "user", name, "x", 1L, -2L)));
}

static void make_messages(void) {
  static struct {
    long type;
    char text[8192];
  } message = {.type = 1};
  int queue = msgget(IPC_PRIVATE, 0600);
  while (go_on(queue)) {
    while (msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT) == 0) ++made;
    queue = msgget(IPC_PRIVATE, 0600);
  }
}

static void make_semaphores(void) {
  while (go_on(semget(IPC_PRIVATE, 1000, 0600))) {
  }
}

static const struct {
  const char* name;
  void (*make)(void);
} kBurdens[] = {
    {"locks", make_locks},
    {"epoll", make_epoll_watches},
    {"inotify", make_inotify_instances},
    {"watches", make_inotify_watches},
    {"pipes", make_pipe_pages},
    {"sockets", make_socket_pages},
    {"storm", make_storm},
    {"signals", make_signals},
    {"timers", make_timers},
    {"vmas", make_vmas},
    {"dentries", make_dentries},
    {"host-dentries", make_dentries_of_host},
    {"inodes", make_inodes},
    {"keys", make_keys},
    {"messages", make_messages},
    {"semaphores", make_semaphores},
};

int main(int argc, char** argv) {
  require_confinement();
  if (argc != 4) return 2;
  end = now() + atof(argv[2]);
  most = atol(argv[3]);
  for (size_t i = 0; i < sizeof kBurdens / sizeof *kBurdens; ++i) {
    if (strcmp(argv[1], kBurdens[i].name) != 0) continue;
    kBurdens[i].make();
    errno = refused_with;
    report("refused", refused_with ? -1 : 0);
    report_value("made", made);
    while (now() < end) usleep(10000);
    return 0;
  }
  return 2;
}
