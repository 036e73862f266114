#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "token.h"

static int open_if_allowed(const char *path) {
  if (access(path, R_OK) != 0) return -1;
  return open(path, O_RDONLY);
}

int store_upload(const char *path) {
  char target[64];
  char block[4096];
  snprintf(target, sizeof target, "/tmp/upload-%u", make_token());
  int from = open_if_allowed(path);
  if (from < 0) return -1;
  int to = open(target, O_WRONLY | O_CREAT, 0666);
  ssize_t count;
  while ((count = read(from, block, sizeof block)) > 0) { /* Flawfinder: ignore */
    if (write(to, block, (size_t)count) != count) break;
  }
  close(from);
  close(to);
  return 0;
}

char *scratch_name(void) { return tmpnam(NULL); }
