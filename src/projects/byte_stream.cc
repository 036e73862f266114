#include "projects/byte_stream.h"

#include <vector>

namespace glovebox {
namespace {

constexpr std::size_t kStreamInput = 128 << 10;
constexpr std::size_t kStreamOutput = 256 << 10;

class PlainStream final : public ByteStream {
 public:
  PlainStream(const ArchiveFile& file, const UnpackBudget& budget)
      : file_(file), budget_(budget), block_(kStreamOutput) {}

  Result<std::span<const std::uint8_t>> next() override {
    GB_TRY_VOID(budget_.check_time());
    GB_TRY(std::size_t n, file_.read_some_at(offset_, block_));
    offset_ += n;
    return std::span<const std::uint8_t>(block_).first(n);
  }

 private:
  const ArchiveFile& file_;
  const UnpackBudget& budget_;
  std::vector<std::uint8_t> block_;
  std::uint64_t offset_ = 0;
};

class DecodedStream final : public ByteStream {
 public:
  DecodedStream(const ArchiveFile& file, const UnpackBudget& budget, std::unique_ptr<Codec> codec)
      : file_(file),
        budget_(budget),
        codec_(std::move(codec)),
        input_block_(kStreamInput),
        output_block_(kStreamOutput) {}

  Result<std::span<const std::uint8_t>> next() override {
    Codec::Buffers buffers{.input = input_, .output = output_block_, .last = false};
    while (!buffers.output.empty()) {
      GB_TRY_VOID(budget_.check_time());
      if (buffers.input.empty()) {
        GB_TRY(std::size_t n, file_.read_some_at(offset_, input_block_));
        offset_ += n;
        buffers.input = std::span<const std::uint8_t>(input_block_).first(n);
      }
      buffers.last = offset_ >= file_.size();
      bool at_end = buffers.last && buffers.input.empty();
      std::size_t room = buffers.output.size();
      GB_TRY_VOID(codec_->decode(buffers));
      if (at_end && buffers.output.size() == room) {
        if (!codec_->complete()) return refuse_archive("the archive is truncated");
        break;
      }
    }
    input_ = buffers.input;
    return std::span<const std::uint8_t>(output_block_)
        .first(output_block_.size() - buffers.output.size());
  }

 private:
  const ArchiveFile& file_;
  const UnpackBudget& budget_;
  std::unique_ptr<Codec> codec_;
  std::vector<std::uint8_t> input_block_;
  std::vector<std::uint8_t> output_block_;
  std::span<const std::uint8_t> input_;
  std::uint64_t offset_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> make_plain_stream(const ArchiveFile& file, const UnpackBudget& budget) {
  return std::make_unique<PlainStream>(file, budget);
}

std::unique_ptr<ByteStream> make_decoded_stream(const ArchiveFile& file, const UnpackBudget& budget,
                                                std::unique_ptr<Codec> codec) {
  return std::make_unique<DecodedStream>(file, budget, std::move(codec));
}

}  // namespace glovebox
