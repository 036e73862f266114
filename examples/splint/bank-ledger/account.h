#ifndef ACCOUNT_H
#define ACCOUNT_H

typedef struct {
  int number;
  long cents;
  int closed;
} account;

/* 0, or -1 where the account is closed or does not hold so much. */
extern int account_withdraw(account *from, long cents) /*@modifies from->cents@*/;
extern void account_deposit(account *to, long cents) /*@modifies to->cents@*/;

#endif
