#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void sign(FILE *book, const char *visitor) {
  fprintf(book, visitor);
  fprintf(book, "\n");
}

static void thank(const char *visitor) {
  char command[256];
  sprintf(command, "echo Thank you, %s | mail -s guestbook %s", visitor, visitor);
  system(command);
}

int main(void) {
  char name[64];
  char *query = getenv("QUERY_STRING");
  if (query == NULL) return 1;
  strcpy(name, query);
  FILE *book = fopen("/tmp/guestbook.txt", "a");
  if (book == NULL) return 1;
  sign(book, name);
  fclose(book);
  thank(name);
  return 0;
}
