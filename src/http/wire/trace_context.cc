#include "http/wire/trace_context.h"

#include <algorithm>
#include <string_view>

#include "base/random.h"
#include "base/sha256.h"

namespace glovebox {
namespace {

constexpr std::size_t kVersionAt = 0;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kSpanDigits = 16;
constexpr std::size_t kTraceparentLength = 55;

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

std::string new_span_id() {
  Sha256 hash;
  hash.update(random_id(""));
  return hash.finish().substr(0, kSpanDigits);
}

}  // namespace

std::string TraceContext::field() const {
  return "00-" + trace_id + "-" + span_id + (sampled ? "-01" : "-00");
}

std::optional<TraceContext> trace_of(const RequestHead& head) {
  auto is_parent = [](const HeaderField& field) {
    return equal_ignoring_case(field.name, "traceparent");
  };
  auto found = std::find_if(head.fields.begin(), head.fields.end(), is_parent);
  if (found == head.fields.end()) return std::nullopt;
  if (std::any_of(found + 1, head.fields.end(), is_parent)) return std::nullopt;
  std::string_view text = trim(found->value);
  if (text.size() < kTraceparentLength) return std::nullopt;
  std::string_view version = text.substr(kVersionAt, 2);
  std::string_view trace = text.substr(kTraceAt, kTraceDigits);
  std::string_view span = text.substr(kSpanAt, kSpanDigits);
  std::string_view flags = text.substr(kFlagsAt, 2);
  bool dashes = text[kTraceAt - 1] == '-' && text[kSpanAt - 1] == '-' && text[kFlagsAt - 1] == '-';
  bool longer = text.size() > kTraceparentLength;
  if (!dashes || version == "ff" ||
      (longer && (version == "00" || text[kTraceparentLength] != '-'))) {
    return std::nullopt;
  }
  for (std::string_view part : {version, trace, span, flags}) {
    if (!is_lower_hex(part)) return std::nullopt;
  }
  if (is_zero(trace) || is_zero(span)) return std::nullopt;
  TraceContext context;
  context.trace_id = trace;
  context.span_id = new_span_id();
  // The lowest bit of the flags, and so of their last digit.
  context.sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return context;
}

}  // namespace glovebox
