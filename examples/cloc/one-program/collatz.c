/* How long is the Collatz sequence that starts at the argument?
 *
 * Nobody knows whether it always ends; for all numbers that
 * anybody has tried, it does. */

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  /* 27 is the usual surprise: 111 steps, up to 9232. */
  unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 27;
  int steps = 0;

  for (; n > 1; steps++) n = n % 2 ? 3 * n + 1 : n / 2;
  printf("%d steps\n", steps);
  return 0;
}
