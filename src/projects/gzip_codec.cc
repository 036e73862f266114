#include <zlib.h>

#include <new>

#include "projects/byte_stream.h"

namespace glovebox {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;

// One call of inflate(3). True at the end of the data.
Result<bool> inflate_some(z_stream& stream, Codec::Buffers& buffers) {
  stream.next_in = const_cast<Bytef*>(buffers.input.data());
  stream.avail_in = static_cast<uInt>(buffers.input.size());
  stream.next_out = buffers.output.data();
  stream.avail_out = static_cast<uInt>(buffers.output.size());
  int status = ::inflate(&stream, Z_NO_FLUSH);
  buffers.input = buffers.input.last(stream.avail_in);
  buffers.output = buffers.output.last(stream.avail_out);
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
    return refuse_archive("the gzip data is damaged, or bytes follow it");
  }
  return status == Z_STREAM_END;
}

// zlib checks the CRC and the length of each member; libarchive's filter does not.
class GzipCodec final : public Codec {
 public:
  GzipCodec() {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipCodec() override { inflateEnd(&stream_); }
  GzipCodec(const GzipCodec&) = delete;
  GzipCodec& operator=(const GzipCodec&) = delete;

  Result<void> decode(Buffers& buffers) override {
    if (ended_) {
      // gzip(1) ignores zeros at the end, as in the last record of a tape.
      while (!buffers.input.empty() && buffers.input.front() == 0) {
        buffers.input = buffers.input.subspan(1);
        padded_ = true;
      }
      if (buffers.input.empty()) return ok();
      if (padded_) return refuse_archive("bytes follow the end of the gzip data");
      inflateReset(&stream_);
      ended_ = false;
    }
    GB_TRY(ended_, inflate_some(stream_, buffers));
    return ok();
  }

  bool complete() const override { return ended_; }

 private:
  z_stream stream_{};
  bool ended_ = false;
  bool padded_ = false;
};

class Inflater final : public ResettableCodec {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kRaw) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() override { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<void> decode(Buffers& buffers) override {
    if (ended_) return ok();
    GB_TRY(ended_, inflate_some(stream_, buffers));
    return ok();
  }
  bool complete() const override { return ended_; }
  void reset() override {
    inflateReset(&stream_);
    ended_ = false;
  }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_gzip_codec() {
  return std::make_unique<GzipCodec>();
}

std::unique_ptr<ResettableCodec> make_inflater() {
  return std::make_unique<Inflater>();
}

}  // namespace glovebox
