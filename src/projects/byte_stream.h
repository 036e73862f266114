// ByteStream: bytes in consecutive blocks, decompressed or unchanged.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "projects/archive_file.h"
#include "projects/unpack_budget.h"

namespace glovebox {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // The next block, valid until the next call. Empty at the end of the input, which is then
  // completely used.
  virtual Result<std::span<const std::uint8_t>> next() = 0;
};

// Whether another member or frame may follow the first, as gzip, bzip2, xz and zstd allow.
enum class Members { kOne, kMany };

// One decompression format.
class Codec {
 public:
  struct Buffers {
    std::span<const std::uint8_t> input;  // both shrink from the front as they are used
    std::span<std::uint8_t> output;
    bool last;  // nothing follows `input`
  };
  virtual ~Codec() = default;
  // Makes as much progress as possible. kUnprocessable for damage and for bytes after the last
  // member; with Members::kOne they are left in `input`.
  virtual Result<void> decode(Buffers& buffers) = 0;
  // Whether the input may end here.
  virtual bool complete() const = 0;
};

// For many small inputs, one after the other.
class ResettableCodec : public Codec {
 public:
  virtual void reset() = 0;
};

// Each with bounded memory: bzip2 4 MiB, xz 128 MiB (xz -9 needs 65), zstd windows of 128 MiB (zstd
// -22).
std::unique_ptr<Codec> make_gzip_codec();
std::unique_ptr<ResettableCodec> make_inflater();  // raw deflate data, as in a zip
std::unique_ptr<Codec> make_bzip2_codec(Members members);
std::unique_ptr<Codec> make_xz_codec(Members members);
std::unique_ptr<Codec> make_zstd_codec(Members members);

// The file and the budget must outlive the stream. Only the budget's time is checked.
std::unique_ptr<ByteStream> make_plain_stream(const ArchiveFile& file, const UnpackBudget& budget);
std::unique_ptr<ByteStream> make_decoded_stream(const ArchiveFile& file, const UnpackBudget& budget,
                                                std::unique_ptr<Codec> codec);

}  // namespace glovebox
