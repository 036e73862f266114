#include <zlib.h>

#include <new>

#include "projects/byte_stream.h"

namespace glovebox {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;

// zlib checks the CRC and the length of each member, which libarchive's filter does not.
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
      if (buffers.input.empty()) return ok();
      inflateReset(&stream_);
      ended_ = false;
    }
    stream_.next_in = const_cast<Bytef*>(buffers.input.data());
    stream_.avail_in = static_cast<uInt>(buffers.input.size());
    stream_.next_out = buffers.output.data();
    stream_.avail_out = static_cast<uInt>(buffers.output.size());
    int status = ::inflate(&stream_, Z_NO_FLUSH);
    buffers.input = buffers.input.last(stream_.avail_in);
    buffers.output = buffers.output.last(stream_.avail_out);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return refuse_archive("the gzip data is damaged, or bytes follow it");
    }
    ended_ = status == Z_STREAM_END;
    return ok();
  }

  bool complete() const override { return ended_; }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_gzip_codec() {
  return std::make_unique<GzipCodec>();
}

}  // namespace glovebox
