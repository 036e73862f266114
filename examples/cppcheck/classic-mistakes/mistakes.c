#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void clear_week(void) {
  int hours[7];
  for (int day = 0; day <= 7; day++) hours[day] = 0;
  printf("%d\n", hours[0]);
}

char *read_line(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return NULL;
  char *line = malloc(128);
  if (!line) return NULL;
  if (!fgets(line, 128, file)) {
    fclose(file);
    return NULL;
  }
  fclose(file);
  return line;
}

size_t forget_then_measure(char *text) {
  free(text);
  return strlen(text);
}

int first_letter(const char *word) {
  int letter = word[0];
  if (word == NULL) return -1;
  return letter;
}

int total(const int *prices, int count) {
  int sum;
  for (int i = 0; i < count; i++) sum += prices[i];
  return sum;
}
