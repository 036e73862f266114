#include "http/wire/exchange.h"

#include <algorithm>
#include <stdexcept>

#include "http/http_options.h"

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

MemoryBudget::Share memory_share(const HttpOptions& options, MemoryUse use) {
  return options.memory ? options.memory->share(use) : MemoryBudget::Share();
}

Result<HttpResponse> charge_body(const HttpOptions& options, HttpResponse response,
                                 std::string_view what) {
  if (!options.memory) return response;
  auto held = std::make_shared<MemoryBudget::Share>(options.memory->share(MemoryUse::kAnswers));
  std::uint64_t bytes = response.body.size();
  // A first one is always allowed: what is larger than the budget could otherwise never be
  // downloaded.
  if (options.memory->used_by(MemoryUse::kAnswers) == ByteCount(0)) held->take(bytes);
  if (!held->grow_to(bytes)) {
    return options.memory->refusal(MemoryUse::kAnswers, ByteCount(bytes), what);
  }
  response.held = std::move(held);
  return response;
}

Awaitable<Result<std::string>> read_text(Exchange& exchange, std::size_t limit,
                                         MemoryBudget::Share& memory) {
  BodyReader& body = exchange.body;
  GB_CO_TRY_VOID(check_content_length(body, limit));
  // Only the announced size needs room, plus one byte to see the end.
  std::size_t expected = body.content_length().value_or(limit);
  std::string text;
  while (true) {
    static constexpr std::size_t kPiece = 16 * 1024;
    std::size_t size = text.size();
    // One byte more than the limit distinguishes "full" from "too large".
    std::size_t room = std::min(kPiece, limit + 1 - size);
    room = std::clamp<std::size_t>(expected - std::min(expected, size), 1, room);
    if (!memory.grow_to(2 * (size + room))) {
      ByteCount wanted(2 * (size + room));
      co_return exchange.options.memory->refusal(MemoryUse::kBodies, wanted, "the request's body");
    }
    text.resize(size + room);
    char* end = text.data() + size;
    GB_CO_TRY(std::size_t got, co_await body.read(end, room));
    text.resize(size + got);
    if (text.size() > limit) co_return body_too_large(limit);
    if (got == 0) co_return text;
  }
}

}  // namespace glovebox
