#include "account.h"

#include <stdio.h>

static void transfer(account *from, account *to, long cents)
    /*@modifies from->cents, to->cents@*/ {
  account_withdraw(from, cents);
  account_deposit(to, cents);
}

int main(void) {
  account first = {1, 5000L, 0};
  account second = {2, 0L, 0};
  transfer(&first, &second, 1500L);
  printf("%ld and %ld\n", first.cents, second.cents);
  return 0;
}
