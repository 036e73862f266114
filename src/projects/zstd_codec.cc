#include <zstd.h>

#include <new>

#include "projects/byte_stream.h"

namespace glovebox {
namespace {

constexpr int kWindowLog = 27;

class ZstdCodec final : public Codec {
 public:
  explicit ZstdCodec(Members members) : members_(members), context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

  Result<void> decode(Buffers& buffers) override {
    if (ended_ && members_ == Members::kOne) return ok();
    ZSTD_inBuffer input{buffers.input.data(), buffers.input.size(), 0};
    ZSTD_outBuffer output{buffers.output.data(), buffers.output.size(), 0};
    std::size_t status = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(status)) {
      return refuse_archive(
          "the zstd data is damaged, needs a window of more than 128 MiB, or "
          "bytes follow it");
    }
    // Between two frames, with no input, it returns the size of the next header.
    if (input.pos != 0 || output.pos != 0) ended_ = status == 0;
    buffers.input = buffers.input.subspan(input.pos);
    buffers.output = buffers.output.subspan(output.pos);
    return ok();
  }

  bool complete() const override { return ended_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  Members members_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_zstd_codec(Members members) {
  return std::make_unique<ZstdCodec>(members);
}

}  // namespace glovebox
