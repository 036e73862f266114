#include <stdlib.h>
#include <string.h>

char *merge(const char *left, const char *right) {
  size_t left_length = strlen(left);
  size_t right_length = strlen(right);
  char *copy = malloc(left_length + 1);
  char *both = malloc(left_length + right_length + 1);
  if (!copy) goto done;
  memcpy(copy, left, left_length + 1);
  if (!both) {
    free(copy);
    goto done;
  }
  memcpy(both, copy, left_length);
  memcpy(both + left_length, right, right_length + 1);
done:
  free(copy);
  return both;
}
