#include <lzma.h>

#include <new>

#include "projects/byte_stream.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kMemory = 128 << 20;

class XzCodec final : public Codec {
 public:
  explicit XzCodec(Members members) {
    std::uint32_t flags = members == Members::kMany ? LZMA_CONCATENATED : 0;
    if (lzma_stream_decoder(&stream_, kMemory, flags) != LZMA_OK) {
      throw std::bad_alloc();
    }
  }
  ~XzCodec() override { lzma_end(&stream_); }
  XzCodec(const XzCodec&) = delete;
  XzCodec& operator=(const XzCodec&) = delete;

  Result<void> decode(Buffers& buffers) override {
    if (ended_) return ok();
    stream_.next_in = buffers.input.data();
    stream_.avail_in = buffers.input.size();
    stream_.next_out = buffers.output.data();
    stream_.avail_out = buffers.output.size();
    // Only "finish" distinguishes a complete end from a truncation.
    lzma_ret status = lzma_code(&stream_, buffers.last ? LZMA_FINISH : LZMA_RUN);
    buffers.input = buffers.input.last(stream_.avail_in);
    buffers.output = buffers.output.last(stream_.avail_out);
    switch (status) {
      case LZMA_STREAM_END:
        ended_ = true;
        return ok();
      case LZMA_OK:
      case LZMA_BUF_ERROR:
        return ok();
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR:
        return refuse_archive(
            "unpacking the xz data needs more than 128 MiB of memory; use xz -9 or lower");
      default:
        return refuse_archive("the xz data is damaged, or bytes follow it");
    }
  }

  bool complete() const override { return ended_; }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_xz_codec(Members members) {
  return std::make_unique<XzCodec>(members);
}

}  // namespace glovebox
