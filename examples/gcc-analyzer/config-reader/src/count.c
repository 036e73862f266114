#include <stdio.h>

#include "config.h"

int count_settings(const char *path) {
  char line[256];
  int count = 0;
  FILE *file = fopen(path, "r");
  if (!file) return -1;
  while (fgets(line, sizeof line, file)) {
    if (line[0] == '#') continue;
    if (line[0] == '\0') return -1;
    count++;
  }
  fclose(file);
  return count;
}
