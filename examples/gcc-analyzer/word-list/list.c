#include "list.h"

#include <stdlib.h>
#include <string.h>

int list_add(struct word **head, const char *text) {
  struct word *added = malloc(sizeof *added);
  if (!added) return -1;
  added->text = strdup(text);
  if (!added->text) {
    free(added);
    return -1;
  }
  added->next = *head;
  *head = added;
  return 0;
}

void list_free(struct word *head) {
  while (head) {
    struct word *next = head->next;
    free(head->text);
    free(head);
    head = next;
  }
}
