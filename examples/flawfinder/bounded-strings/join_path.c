#include "join_path.h"

#include <stdio.h>

int join_path(char *out, size_t capacity, const char *folder, const char *name) {
  int length = snprintf(out, capacity, "%s/%s", folder, name);
  return length < 0 || (size_t)length >= capacity ? -1 : 0;
}
