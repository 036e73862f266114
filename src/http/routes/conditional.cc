#include "http/routes/conditional.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace glovebox {
namespace {

struct Range {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

// Only digits, of a number that fits; a larger one exceeds any content and is parsed as the
// maximum.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  bool digits = !text.empty() &&
                std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? number : UINT64_MAX;
}

Error not_satisfiable(std::uint64_t size) {
  return Error(ErrorKind::kRangeNotSatisfiable,
               fmt::format("The Range is outside the content, which has {} bytes.", size))
      .with("field", "Range")
      .with("observed", size);
}

// Nothing: ignore the field.
Result<std::optional<Range>> parse_range(std::string_view text, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  std::optional<Range> ignored;
  if (text.size() < kUnit.size() || !equal_ignoring_case(text.substr(0, kUnit.size()), kUnit)) {
    return ignored;
  }
  std::string_view spec = trim(text.substr(kUnit.size()));
  std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return ignored;
  std::optional<std::uint64_t> first = parse_number(spec.substr(0, dash));
  std::optional<std::uint64_t> last = parse_number(spec.substr(dash + 1));
  if (!first && (dash > 0 || !last)) return ignored;
  if (first && !last && dash + 1 < spec.size()) return ignored;
  if (first && last && *last < *first) return ignored;
  if (!first) {
    std::uint64_t wanted = std::min(*last, size);
    if (wanted == 0) return not_satisfiable(size);
    return std::optional<Range>(Range{size - wanted, wanted});
  }
  if (*first >= size) return not_satisfiable(size);
  std::uint64_t end = std::min(last.value_or(size - 1), size - 1);
  return std::optional<Range>(Range{*first, end - *first + 1});
}

Result<void> check_if_match(const RequestHead& head, std::string_view etag) {
  if (head.find("If-Match") == nullptr || head.has_token("If-Match", "*")) return ok();
  // Strong comparison: "W/…" does not equal anything.
  if (head.has_token("If-Match", etag)) return ok();
  return Error(ErrorKind::kPreconditionFailed,
               "The content's entity tag does not match If-Match. Repeat the request without "
               "If-Match to get the current tag.")
      .with("field", "If-Match");
}

// Whether the requested part belongs to the content that the client has. Our responses have no
// date, so a date never matches.
bool range_applies(const RequestHead& head, std::string_view etag) {
  const std::string* condition = head.find("If-Range");
  return condition == nullptr || trim(*condition) == etag;
}

void cut(HttpResponse& response, const Range& range) {
  std::uint64_t size = response.content_length();
  response.fields.push_back({"Content-Range", fmt::format("bytes {}-{}/{}", range.first,
                                                          range.first + range.size - 1, size)});
  response.status = 206;
  if (response.file.valid()) {
    response.file_offset = range.first;
    response.file_bytes = range.size;
  } else {
    response.body = response.body.substr(range.first, range.size);
  }
}

}  // namespace

bool has_seen(const RequestHead& head, std::string_view etag) {
  return head.has_token("If-None-Match", etag) ||
         head.has_token("If-None-Match", "W/" + std::string(etag)) ||
         head.has_token("If-None-Match", "*");
}

Result<HttpResponse> select(const RequestHead& head, std::string_view etag, HttpResponse whole) {
  GB_TRY_VOID(check_if_match(head, etag));
  HeaderField tag{"ETag", std::string(etag)};
  if (has_seen(head, etag)) {
    HttpResponse unchanged;
    unchanged.status = 304;
    unchanged.fields.push_back(std::move(tag));
    return unchanged;
  }
  whole.fields.push_back(std::move(tag));
  whole.fields.push_back({"Accept-Ranges", "bytes"});
  // For other methods than GET the field has no meaning (RFC 9110, 14.2).
  const std::string* text = head.method == "GET" ? head.find("Range") : nullptr;
  if (text == nullptr || !range_applies(head, etag)) return whole;
  GB_TRY(std::optional<Range> range, parse_range(*text, whole.content_length()));
  if (range) cut(whole, *range);
  return whole;
}

}  // namespace glovebox
