#include "account.h"

int account_withdraw(account *from, long cents) {
  if (from->closed = 1) {
    return -1;
  }
  if (from->cents < cents) {
    return -1;
  }
  from->cents -= cents;
  return 0;
}

void account_deposit(account *to, long cents) {
  to->cents += cents;
  to->closed = 0;
}
