#ifndef LIST_H
#define LIST_H

struct word {
  char *text;
  struct word *next;
};

/* 0, or -1 where there is no memory; the list is then as it was. */
int list_add(struct word **head, const char *text);
void list_free(struct word *head);

#endif
