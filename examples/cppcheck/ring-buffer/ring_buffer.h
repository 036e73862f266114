#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

// First in, first out, at most kCapacity bytes. One thread only.
class RingBuffer {
 public:
  static constexpr std::size_t kCapacity = 16;

  // False where the buffer is full.
  bool push(std::uint8_t byte);
  // Nothing where the buffer is empty.
  std::optional<std::uint8_t> pop();
  std::size_t size() const { return size_; }

 private:
  std::array<std::uint8_t, kCapacity> bytes_{};
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};
