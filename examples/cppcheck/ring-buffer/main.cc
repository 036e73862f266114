#include <cstdio>

#include "ring_buffer.h"

int main() {
  RingBuffer buffer;
  for (std::uint8_t i = 0; buffer.push(i); ++i) {
  }
  std::printf("%zu bytes\n", buffer.size());
  while (const auto byte = buffer.pop()) std::printf("%d ", *byte);
  std::printf("\n");
}
