// ArchiveFile: an uploaded archive, read at offsets, so that the descriptor's position does not
// matter.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

class ArchiveFile {
 public:
  // Measures the file, which the caller keeps open. kPayloadTooLarge above `limit`, kUnprocessable
  // for an empty file.
  static Result<ArchiveFile> open(int fd, ByteCount limit);

  std::uint64_t size() const { return size_; }
  // Fills `buffer`, or refuses the archive as truncated.
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> buffer) const;
  // Reads as much as is available; 0 at the end.
  Result<std::size_t> read_some_at(std::uint64_t offset, std::span<std::uint8_t> buffer) const;

 private:
  ArchiveFile(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
  int fd_;
  std::uint64_t size_;
};

}  // namespace glovebox
