// TarInput: divides a stream's blocks into the pieces of a tar.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/result.h"
#include "projects/byte_stream.h"

namespace glovebox::tar {

// One thread.
class TarInput {
 public:
  explicit TarInput(ByteStream& stream) : stream_(stream) {}

  // At most `wanted` bytes and at least one; empty only at the end. Valid until the next call.
  Result<std::span<const std::uint8_t>> some(std::uint64_t wanted) {
    if (left_.empty()) {
      GB_TRY(left_, stream_.next());
    }
    auto piece = left_.first(std::min<std::uint64_t>(wanted, left_.size()));
    left_ = left_.subspan(piece.size());
    return piece;
  }

  // How many bytes of `buffer` were filled before the input ended.
  Result<std::size_t> fill(std::span<std::uint8_t> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      GB_TRY(auto piece, some(buffer.size() - filled));
      if (piece.empty()) break;
      std::memcpy(buffer.data() + filled, piece.data(), piece.size());
      filled += piece.size();
    }
    return filled;
  }

 private:
  ByteStream& stream_;
  std::span<const std::uint8_t> left_;
};

}  // namespace glovebox::tar
