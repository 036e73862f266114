#include "http/wire/strict_head.h"

#include <algorithm>
#include <cstdint>

#include "http/wire/request_head.h"

namespace glovebox {
namespace {

// "POST" and similar, two spaces and "HTTP/1.1" in addition to the target.
constexpr std::size_t kRequestLineOverhead = 64;

Error malformed_head(std::string what) {
  return validation_error("The request is not well-formed HTTP/1.1: " + std::move(what));
}

Error target_too_long(std::size_t limit) {
  return Error(ErrorKind::kUriTooLong,
               "The request target is longer than " + std::to_string(limit) + " bytes.")
      .with("limit", "targetBytes")
      .with("configured", limit);
}

Error too_many_fields(std::size_t limit) {
  return Error(ErrorKind::kHeadersTooLarge,
               "The request has more than " + std::to_string(limit) + " header fields.")
      .with("limit", "headerFields")
      .with("configured", limit);
}

Error head_too_large(std::size_t limit) {
  return Error(ErrorKind::kHeadersTooLarge, "The request line and header fields are longer than " +
                                                std::to_string(limit) + " bytes.")
      .with("limit", "headBytes")
      .with("configured", limit);
}

bool is_token(std::string_view text) {
  auto token_char = [](char c) {
    bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), token_char);
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What determines the end of the body, seen so far.
struct Framing {
  bool content_length = false;
  bool transfer_encoding = false;
  bool host = false;
};

Result<void> check_request_line(std::string_view line, const HeadLimits& limits) {
  std::size_t first = line.find(' ');
  std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return malformed_head("the request line must be METHOD TARGET VERSION.");
  }
  std::string_view method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  std::string_view version = line.substr(last + 1);
  if (!is_token(method) || method.size() > 32) return malformed_head("the method is not a token.");
  if (target.size() > limits.target_bytes) return target_too_long(limits.target_bytes);
  auto bad = [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == '#'; };
  if (target.empty() || std::any_of(target.begin(), target.end(), bad)) {
    return malformed_head(
        "the target is empty or contains a character that must be percent-encoded.");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return malformed_head("the version must be HTTP/1.1 or HTTP/1.0.");
  }
  return ok();
}

Result<void> check_framing_field(std::string_view name, std::string_view value, bool version_1_1,
                                 Framing& seen) {
  if (equal_ignoring_case(name, "Content-Length")) {
    if (seen.content_length) return malformed_head("there are two Content-Length fields.");
    // 18 digits fit into 64 bits, so two parsers cannot disagree about an overflow.
    if (!is_digits(value) || value.size() > 18) {
      return malformed_head("Content-Length must be a plain decimal number.");
    }
    seen.content_length = true;
  } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
    if (seen.transfer_encoding) return malformed_head("there are two Transfer-Encoding fields.");
    if (!version_1_1) return malformed_head("HTTP/1.0 has no Transfer-Encoding.");
    if (!equal_ignoring_case(value, "chunked")) {
      return malformed_head("the only Transfer-Encoding supported is \"chunked\".");
    }
    seen.transfer_encoding = true;
  } else if (equal_ignoring_case(name, "Host")) {
    if (seen.host) return malformed_head("there are two Host fields.");
    seen.host = true;
  }
  return ok();
}

Result<void> check_field(std::string_view line, bool version_1_1, Framing& seen) {
  if (line.front() == ' ' || line.front() == '\t') {
    return malformed_head("header fields must not be folded over several lines.");
  }
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed_head("a header field has no colon.");
  std::string_view name = line.substr(0, colon);
  if (!is_token(name)) {
    return malformed_head("a header field's name contains a space or another forbidden character.");
  }
  std::string_view value = trim(line.substr(colon + 1));
  auto control = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
  if (std::any_of(value.begin(), value.end(), control)) {
    return malformed_head("a header field's value contains a control character.");
  }
  return check_framing_field(name, value, version_1_1, seen);
}

}  // namespace

void HeadScanner::reset() {
  scanned_ = line_start_ = lines_ = 0;
}

Result<void> HeadScanner::check_room(std::size_t used) const {
  if (lines_ == 0 && used > limits_.target_bytes + kRequestLineOverhead) {
    return target_too_long(limits_.target_bytes);
  }
  if (used > limits_.head_bytes) return head_too_large(limits_.head_bytes);
  // The request line and the empty line are not fields.
  if (lines_ > limits_.fields + 1) return too_many_fields(limits_.fields);
  return ok();
}

Result<std::optional<std::size_t>> HeadScanner::scan(std::string_view buffered) {
  for (; scanned_ < buffered.size(); ++scanned_) {
    char c = buffered[scanned_];
    bool after_cr = scanned_ > line_start_ && buffered[scanned_ - 1] == '\r';
    if (c == '\0') return malformed_head("it contains a NUL byte.");
    if (after_cr != (c == '\n')) return malformed_head("lines must end with CR LF.");
    if (c != '\n') continue;
    GB_TRY_VOID(check_room(scanned_ + 1));
    bool empty = scanned_ - line_start_ == 1;
    if (empty && lines_ > 0) return std::optional<std::size_t>(++scanned_);
    ++lines_;
    line_start_ = scanned_ + 1;
  }
  GB_TRY_VOID(check_room(scanned_));
  return std::optional<std::size_t>();
}

Result<void> check_head(std::string_view head, const HeadLimits& limits) {
  std::size_t end = head.find("\r\n");
  if (end == std::string_view::npos) return malformed_head("lines must end with CR LF.");
  std::string_view request_line = head.substr(0, end);
  GB_TRY_VOID(check_request_line(request_line, limits));
  bool version_1_1 = request_line.ends_with("1.1");
  Framing seen;
  std::size_t fields = 0;
  for (head.remove_prefix(end + 2); !head.starts_with("\r\n"); head.remove_prefix(end + 2)) {
    end = head.find("\r\n");
    if (end == std::string_view::npos) return malformed_head("lines must end with CR LF.");
    if (++fields > limits.fields) return too_many_fields(limits.fields);
    GB_TRY_VOID(check_field(head.substr(0, end), version_1_1, seen));
  }
  if (seen.content_length && seen.transfer_encoding) {
    return malformed_head("it has both Content-Length and Transfer-Encoding.");
  }
  // HTTP/1.0 had none (RFC 9112, 3.2).
  if (!seen.host && version_1_1) return malformed_head("the Host field is missing.");
  return ok();
}

}  // namespace glovebox
