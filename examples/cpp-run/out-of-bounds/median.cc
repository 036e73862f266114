#include <algorithm>
#include <cstdio>
#include <memory>

// Of an even count, the mean of the two in the middle.
double median(int* values, int count) {
  std::sort(values, values + count);
  if (count % 2 == 1) return values[count / 2 + count];
  return (values[count / 2 - 1] + values[count / 2]) / 2.0;
}

int main() {
  constexpr int kCount = 5;
  auto seconds = std::make_unique<int[]>(kCount);
  const int measured[kCount] = {31, 12, 27, 45, 19};
  std::copy(measured, measured + kCount, seconds.get());
  const double middle = median(seconds.get(), kCount);
  std::printf("median %.1f s, expected 27.0 s\n", middle);
  return middle == 27.0 ? 0 : 3;
}
