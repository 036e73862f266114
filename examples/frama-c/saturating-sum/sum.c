#include <limits.h>

/*@ assigns \result \from \nothing; */
extern int read_sensor(void);

static int add_saturating(int a, int b) {
  long long sum = (long long)a + b;
  if (sum > INT_MAX) return INT_MAX;
  if (sum < INT_MIN) return INT_MIN;
  return (int)sum;
}

int main(void) {
  int sum = 0;
  for (int i = 0; i < 4; i++) sum = add_saturating(sum, read_sensor());
  return sum > 0;
}
