#include <stdlib.h>
#include <string.h>

#include "config.h"

static char *copy_of(const char *from, size_t length) {
  char *copy = malloc(length + 1);
  memcpy(copy, from, length);
  copy[length] = '\0';
  return copy;
}

int parse_setting(struct setting *out, const char *line) {
  const char *equals = strchr(line, '=');
  if (!equals) return -1;
  out->key = copy_of(line, (size_t)(equals - line));
  out->value = copy_of(equals + 1, strlen(equals + 1));
  return 0;
}
