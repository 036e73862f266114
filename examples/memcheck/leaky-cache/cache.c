#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  char *key;
  int hits;
  struct entry *next;
};

static struct entry *first;

static struct entry *lookup(const char *key) {
  for (struct entry *e = first; e; e = e->next) {
    if (strcmp(e->key, key) == 0) return e;
  }
  struct entry *added = malloc(sizeof *added);
  added->key = malloc(strlen(key));
  memcpy(added->key, key, strlen(key) + 1);
  added->next = first;
  first = added;
  return added;
}

static void forget_all(void) {
  while (first) {
    struct entry *next = first->next;
    free(first);
    first = next;
  }
}

int main(void) {
  lookup("london");
  lookup("paris")->hits = 2;
  if (lookup("london")->hits > 100) puts("london is popular");
  printf("paris: %d\n", lookup("paris")->hits);
  forget_all();
  return 0;
}
