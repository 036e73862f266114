#include "http/wire/exchange.h"

#include <algorithm>
#include <stdexcept>

namespace glovebox {

const std::string& Exchange::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  throw std::logic_error("the route has no such parameter");
}

Error body_too_large(std::uint64_t limit) {
  return Error(ErrorKind::kPayloadTooLarge,
               "The body is larger than the " + format_bytes(ByteCount(limit)) + " allowed here.")
      .with("configured", limit);
}

Result<void> check_content_length(const BodyReader& body, std::uint64_t limit) {
  std::optional<std::uint64_t> length = body.content_length();
  if (!length || *length <= limit) return ok();
  return body_too_large(limit).with("observed", *length);
}

Awaitable<Result<std::string>> read_text(BodyReader& body, std::size_t limit) {
  GB_CO_TRY_VOID(check_content_length(body, limit));
  // What is known to come is all that there needs to be room for, and one byte to see the end.
  std::size_t expected = body.content_length().value_or(limit);
  std::string text;
  while (true) {
    static constexpr std::size_t kPiece = 16 * 1024;
    std::size_t size = text.size();
    // One byte more than the limit tells "full" from "too large".
    std::size_t room = std::min(kPiece, limit + 1 - size);
    room = std::clamp<std::size_t>(expected - std::min(expected, size), 1, room);
    text.resize(size + room);
    char* end = text.data() + size;
    GB_CO_TRY(std::size_t got, co_await body.read(end, room));
    text.resize(size + got);
    if (text.size() > limit) co_return body_too_large(limit);
    if (got == 0) co_return text;
  }
}

}  // namespace glovebox
