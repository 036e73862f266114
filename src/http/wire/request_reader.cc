#include "http/wire/request_reader.h"

namespace glovebox {
namespace {

// Clients that send an empty line after each body send one or two.
constexpr int kMostEmptyLines = 2;

}  // namespace

HeadLimits head_limits(const HttpOptions& options) {
  return HeadLimits{options.head_bytes, options.target_bytes, options.header_fields};
}

RequestReader::RequestReader(TimedSocket& socket, boost::beast::flat_buffer& buffer,
                             const HttpOptions& options)
    : socket_(socket), buffer_(buffer), options_(options), scanner_(head_limits(options)) {}

std::string_view RequestReader::buffered() const {
  auto data = buffer_.cdata();
  return {static_cast<const char*>(data.data()), data.size()};
}

// A new connection must send a request at once, a kept-alive one may be idle.
Awaitable<IoStatus> RequestReader::wait_for_request() {
  auto patience = first_ ? options_.deadlines.head : options_.deadlines.idle;
  first_ = false;
  if (buffer_.size() > 0) co_return IoStatus::kOk;
  // Thousands may be idle for a minute: they have no buffer.
  buffer_.clear();
  buffer_.shrink_to_fit();
  idle_ = true;
  SteadyTime deadline = std::chrono::steady_clock::now() + patience;
  IoStatus status = co_await socket_.wait_readable(deadline);
  if (status == IoStatus::kOk) status = co_await socket_.read_some(buffer_, deadline);
  idle_ = false;
  co_return status;
}

Result<RequestHead> RequestReader::take_head(std::size_t size, MessageParser& parser) {
  std::string_view text = buffered().substr(0, size);
  GB_TRY_VOID(check_head(text, head_limits(options_)));
  GB_TRY(RequestHead head, parser.parse_head(text));
  buffer_.consume(size);
  return head;
}

Awaitable<Result<std::optional<RequestHead>>> RequestReader::read_head(MessageParser& parser) {
  scanner_.reset();
  IoStatus status = co_await wait_for_request();
  if (status != IoStatus::kOk) co_return std::optional<RequestHead>();
  SteadyTime deadline = std::chrono::steady_clock::now() + options_.deadlines.head;
  int skipped = 0;
  while (true) {
    // RFC 9112 2.2 asks to ignore at least one empty line before a request.
    for (; skipped < kMostEmptyLines && buffered().starts_with("\r\n"); ++skipped) {
      buffer_.consume(2);
      scanner_.reset();
    }
    GB_CO_TRY(std::optional<std::size_t> size, scanner_.scan(buffered()));
    if (size) {
      GB_CO_TRY(RequestHead head, take_head(*size, parser));
      co_return std::optional<RequestHead>(std::move(head));
    }
    status = co_await socket_.read_some(buffer_, deadline);
    if (status == IoStatus::kTimeout) {
      co_return Error(ErrorKind::kRequestTimeout,
                      "The request's header section did not arrive in time.")
          .with("limit", "headDeadlineMs")
          .with("configured", options_.deadlines.head.count());
    }
    if (status != IoStatus::kOk) co_return std::optional<RequestHead>();
  }
}

}  // namespace glovebox
