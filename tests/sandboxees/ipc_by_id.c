// Accesses System V objects by their numbers, which can be guessed, and POSIX objects by name:
// "ipc_by_id SHM SEM MSG NAME". Changes nothing.
#include <mqueue.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "probe.h"

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  int shm = atoi(argv[1]);
  int sem = atoi(argv[2]);
  int msg = atoi(argv[3]);
  struct shmid_ds shm_status;
  struct msqid_ds msg_status;
  struct sembuf wait_for_zero = {0, 0, IPC_NOWAIT};
  char message[64];
  report("shmat", (long)shmat(shm, NULL, SHM_RDONLY));
  report("shmctl", shmctl(shm, IPC_STAT, &shm_status));
  report("semop", semop(sem, &wait_for_zero, 1));
  report("semctl", semctl(sem, 0, GETVAL));
  report("msgctl", msgctl(msg, IPC_STAT, &msg_status));
  if (msgrcv(msg, message, 8, 0, IPC_NOWAIT) < 0 && errno == ENOMSG) errno = 0;
  report("msgrcv", errno == 0 ? 0 : -1);
  char path[300];
  snprintf(path, sizeof path, "/dev/shm%s", argv[4]);
  report("posix-shm", open(path, O_RDWR | O_CLOEXEC));
  report("posix-queue", syscall(SYS_mq_open, argv[4] + 1, O_RDWR, 0, NULL));
  return 0;
}
