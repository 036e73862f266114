#include "stack.h"

#include <stdlib.h>

int stack_push(stack *s, int value) {
  struct node *added = (struct node *)malloc(sizeof(*added));
  if (added == NULL) {
    return -1;
  }
  added->value = value;
  added->next = s->top;
  s->top = added;
  return 0;
}
