// Shows that a job ran at all.
#include <stdio.h>

int main(void) {
  puts("hello");
  return 0;
}
