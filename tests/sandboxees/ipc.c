// System V and POSIX message queues, semaphores and shared memory under KEY: "ipc make KEY" leaves
// one of each behind and waits for standard input to end, "ipc find KEY" looks for them.
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  require_confinement();
  int make = strcmp(argv[1], "make") == 0;
  key_t key = atoi(argv[2]);
  int flags = make ? IPC_CREAT | 0666 : 0;
  char queue[32];
  snprintf(queue, sizeof queue, "probe%d", (int)key);
  report("shm", shmget(key, make ? 4096 : 0, flags));
  report("sem", semget(key, make ? 1 : 0, flags));
  report("msg", msgget(key, flags));
  report("mq", syscall(SYS_mq_open, queue, make ? O_RDWR | O_CREAT : O_RDWR, 0666, NULL));
  if (!make) return 0;
  report("find-shm", shmget(key, 0, 0));
  report("find-sem", semget(key, 0, 0));
  report("find-msg", msgget(key, 0));
  report("find-mq", syscall(SYS_mq_open, queue, O_RDWR, 0, NULL));
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
