#include "ring_buffer.h"

bool RingBuffer::push(std::uint8_t byte) {
  if (size_ == kCapacity) return false;
  bytes_[(head_ + size_) % kCapacity] = byte;
  ++size_;
  return true;
}

std::optional<std::uint8_t> RingBuffer::pop() {
  if (size_ == 0) return std::nullopt;
  const std::uint8_t byte = bytes_[head_];
  head_ = (head_ + 1) % kCapacity;
  --size_;
  return byte;
}
