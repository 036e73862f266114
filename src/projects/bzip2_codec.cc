#include <bzlib.h>

#include <new>

#include "projects/byte_stream.h"

namespace glovebox {
namespace {

class Bzip2Codec final : public Codec {
 public:
  explicit Bzip2Codec(Members members) : members_(members) { start(); }
  ~Bzip2Codec() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Codec(const Bzip2Codec&) = delete;
  Bzip2Codec& operator=(const Bzip2Codec&) = delete;

  Result<void> decode(Buffers& buffers) override {
    if (ended_) {
      if (buffers.input.empty() || members_ == Members::kOne) return ok();
      BZ2_bzDecompressEnd(&stream_);
      start();
      ended_ = false;
    }
    stream_.next_in = reinterpret_cast<char*>(const_cast<std::uint8_t*>(buffers.input.data()));
    stream_.avail_in = static_cast<unsigned>(buffers.input.size());
    stream_.next_out = reinterpret_cast<char*>(buffers.output.data());
    stream_.avail_out = static_cast<unsigned>(buffers.output.size());
    int status = BZ2_bzDecompress(&stream_);
    buffers.input = buffers.input.last(stream_.avail_in);
    buffers.output = buffers.output.last(stream_.avail_out);
    if (status == BZ_MEM_ERROR) throw std::bad_alloc();
    if (status != BZ_OK && status != BZ_STREAM_END) {
      return refuse_archive("the bzip2 data is damaged, or bytes follow it");
    }
    ended_ = status == BZ_STREAM_END;
    return ok();
  }

  bool complete() const override { return ended_; }

 private:
  void start() {
    stream_ = bz_stream{};
    if (BZ2_bzDecompressInit(&stream_, /*verbosity=*/0, /*small=*/0) != BZ_OK) {
      throw std::bad_alloc();
    }
  }

  Members members_;
  bz_stream stream_{};
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_bzip2_codec(Members members) {
  return std::make_unique<Bzip2Codec>(members);
}

}  // namespace glovebox
