#include "http/wire/request_body.h"

#include <algorithm>
#include <array>

namespace glovebox {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

RequestBody::RequestBody(TimedSocket& socket, boost::beast::flat_buffer& buffer,
                         MessageParser& parser, const HttpOptions& options, Expects expects)
    : socket_(socket),
      buffer_(buffer),
      parser_(parser),
      options_(options),
      continue_due_(expects == Expects::kContinue) {}

std::optional<std::uint64_t> RequestBody::content_length() const {
  return parser_.content_length();
}

Result<std::size_t> RequestBody::decode_buffered(char* data, std::size_t capacity) {
  while (buffer_.size() > 0 && !parser_.body_done()) {
    auto raw = buffer_.cdata();
    std::string_view input(static_cast<const char*>(raw.data()), raw.size());
    GB_TRY(MessageParser::Step step, parser_.decode(input, data, capacity));
    buffer_.consume(step.consumed);
    if (step.produced > 0) return step.produced;
    if (step.consumed > 0) continue;
    if (buffer_.size() < buffer_.max_size()) break;
    return validation_error(
        "The request is not well-formed HTTP/1.1: a chunk's header is too "
        "long.");
  }
  return std::size_t{0};
}

Awaitable<Result<void>> RequestBody::receive() {
  auto idle = options_.deadlines.body_idle;
  auto rate = std::max<std::uint64_t>(1, options_.body_bytes_per_second);
  SteadyTime::duration earned = idle + std::chrono::seconds(received_ / rate);
  SteadyTime start = std::chrono::steady_clock::now();
  SteadyTime deadline = start + std::min<SteadyTime::duration>(idle, earned - waited_);
  std::size_t before = buffer_.size();
  IoStatus status = co_await socket_.read_some(buffer_, deadline);
  waited_ += std::chrono::steady_clock::now() - start;
  received_ += buffer_.size() - before;
  if (status == IoStatus::kOk) co_return ok();
  if (status == IoStatus::kTimeout) {
    co_return Error(ErrorKind::kRequestTimeout, "The request's body arrived too slowly.")
        .with("received", received_);
  }
  co_return validation_error("The connection closed in the middle of the body.");
}

Awaitable<Result<std::size_t>> RequestBody::read(char* data, std::size_t capacity) {
  while (!parser_.body_done()) {
    GB_CO_TRY(std::size_t got, decode_buffered(data, capacity));
    if (got > 0) co_return got;
    if (parser_.body_done()) break;
    if (continue_due_ && buffer_.size() == 0) {
      co_await socket_.write_all(kContinue, options_.deadlines.write);
    }
    continue_due_ = false;
    GB_CO_TRY_VOID(co_await receive());
  }
  co_return std::size_t{0};
}

bool RequestBody::skip_buffered() {
  std::array<char, 16 * 1024> scratch;
  while (!parser_.body_done()) {
    Result<std::size_t> got = decode_buffered(scratch.data(), scratch.size());
    if (!got || (*got == 0 && !parser_.body_done())) return false;
  }
  return true;
}

}  // namespace glovebox
