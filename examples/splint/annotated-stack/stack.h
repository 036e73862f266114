#ifndef STACK_H
#define STACK_H

struct node {
  int value;
  /*@null@*/ /*@only@*/ struct node *next;
};

typedef struct {
  /*@null@*/ /*@only@*/ struct node *top;
} stack;

/* 0, or -1 where there is no memory. */
extern int stack_push(stack *s, int value) /*@modifies s->top@*/;

#endif
