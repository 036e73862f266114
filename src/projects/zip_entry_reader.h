// ZipEntryReader: unpacks the content of entries one by one, and checks their declared sizes and
// CRC.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "projects/archive_file.h"
#include "projects/byte_stream.h"
#include "projects/zip_structure.h"

namespace glovebox {

// One thread. The file must outlive it.
class ZipEntryReader {
 public:
  using Sink = std::function<Result<void>(std::span<const std::uint8_t>)>;

  explicit ZipEntryReader(const ArchiveFile& file);

  // Passes at most entry.unpacked bytes to the sink, whatever the data contains.
  Result<void> read(const ZipEntry& entry, const Sink& sink);

 private:
  Result<void> copy(const ZipEntry& entry, const Sink& sink);
  Result<void> decode(const ZipEntry& entry, Codec& codec, const Sink& sink);
  Result<std::span<const std::uint8_t>> next_input(const ZipEntry& entry);
  Result<void> take(const ZipEntry& entry, const Sink& sink, std::span<const std::uint8_t> bytes);

  const ArchiveFile& file_;
  std::unique_ptr<ResettableCodec> inflater_;  // of most entries
  std::vector<std::uint8_t> input_;
  std::vector<std::uint8_t> output_;
  // Of the current entry.
  std::uint64_t read_ = 0;
  std::uint64_t made_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace glovebox
