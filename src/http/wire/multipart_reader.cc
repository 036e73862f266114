#include "http/wire/multipart_reader.h"

#include <algorithm>

#include "http/wire/field_parameters.h"
#include "http/wire/request_head.h"

namespace glovebox {
namespace {

// Spaces that RFC 2046 allows after a delimiter.
constexpr std::size_t kMostPadding = 64;

Error malformed_part(std::string what) {
  return validation_error("The multipart body is malformed: " + std::move(what));
}

bool is_boundary_char(char c) {
  bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

Result<PartHead> parse_disposition(std::string_view value) {
  GB_TRY(FieldParameters disposition, parse_field_parameters(value));
  if (!equal_ignoring_case(disposition.value, "form-data")) {
    return malformed_part("a part's Content-Disposition is not form-data.");
  }
  const std::string* name = disposition.find("name");
  if (name == nullptr) return malformed_part("a part has no name.");
  const std::string* file_name = disposition.find("filename");
  PartHead head;
  head.name = *name;
  if (file_name != nullptr) head.file_name = *file_name;
  return head;
}

// `text`: the lines of a part's header, each with its CR LF.
Result<PartHead> parse_part_head(std::string_view text) {
  std::optional<PartHead> head;
  while (!text.empty()) {
    std::size_t end = text.find("\r\n");
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return malformed_part("a part's header contains a stray CR, LF or NUL.");
    }
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line[0] == ' ' || line[0] == '\t') {
      return malformed_part("a part's header line is not NAME: VALUE.");
    }
    if (!equal_ignoring_case(line.substr(0, colon), "Content-Disposition")) continue;
    if (head) return malformed_part("a part has two Content-Disposition lines.");
    GB_TRY(head, parse_disposition(line.substr(colon + 1)));
  }
  if (!head) return malformed_part("a part has no Content-Disposition.");
  return std::move(*head);
}

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type,
                                       const MultipartLimits& limits) {
  GB_TRY(FieldParameters type, parse_field_parameters(content_type));
  const std::string* boundary = type.find("boundary");
  if (boundary == nullptr || boundary->empty()) {
    return validation_error("The Content-Type multipart/form-data has no boundary.");
  }
  if (boundary->size() > limits.boundary_bytes) {
    return validation_error("The multipart boundary is longer than " +
                            std::to_string(limits.boundary_bytes) + " characters.");
  }
  if (!std::all_of(boundary->begin(), boundary->end(), is_boundary_char) ||
      boundary->back() == ' ') {
    return validation_error("The multipart boundary contains a character that is not allowed.");
  }
  return *boundary;
}

MultipartReader::MultipartReader(std::string boundary, MultipartSink& sink,
                                 const MultipartLimits& limits)
    : sink_(sink), limits_(limits), delimiter_("\r\n--" + std::move(boundary)) {}

Result<void> MultipartReader::push(std::string_view bytes) {
  buffer_ += bytes;
  bool more = true;
  while (more) {
    GB_TRY(more, step());
  }
  buffer_.erase(0, used_);
  used_ = 0;
  return ok();
}

Result<void> MultipartReader::finish() const {
  if (state_ == State::kEpilogue) return ok();
  return malformed_part("it ends before its closing boundary.");
}

Result<bool> MultipartReader::step() {
  switch (state_) {
    case State::kPreamble:
      return read_preamble();
    case State::kDelimiterEnd:
      return read_delimiter_end();
    case State::kPartHead:
      return read_part_head();
    case State::kPartData:
      return read_part_data();
    case State::kEpilogue:
      return read_epilogue();
  }
  return false;
}

Result<void> MultipartReader::count_surround(std::size_t bytes) {
  used_ += bytes;
  surround_ += bytes;
  if (surround_ <= limits_.surround_bytes) return ok();
  return malformed_part("it has more than " + std::to_string(limits_.surround_bytes) +
                        " bytes outside its parts.");
}

Result<bool> MultipartReader::read_preamble() {
  std::string_view text = pending();
  std::size_t found = text.find(delimiter_);
  if (found == std::string_view::npos) {
    std::size_t keep = std::min(text.size(), delimiter_.size() - 1);
    GB_TRY_VOID(count_surround(text.size() - keep));
    return false;
  }
  GB_TRY_VOID(count_surround(found));
  used_ += delimiter_.size();
  state_ = State::kDelimiterEnd;
  return true;
}

Result<bool> MultipartReader::read_delimiter_end() {
  std::string_view text = pending();
  if (text.starts_with("--")) {
    used_ += 2;
    state_ = State::kEpilogue;
    return true;
  }
  if (text == "-") return false;
  std::size_t padding = std::min(text.find_first_not_of(" \t"), text.size());
  if (padding > kMostPadding) return malformed_part("too many spaces follow a boundary.");
  std::string_view rest = text.substr(padding);
  if (rest.empty() || rest == "\r") return false;
  if (!rest.starts_with("\r\n")) return malformed_part("text follows a boundary.");
  if (++parts_ > limits_.parts) {
    return malformed_part("it has more than " + std::to_string(limits_.parts) + " parts.");
  }
  // The line's own CR LF stays, so that an empty header ends in the same way as others.
  used_ += padding;
  state_ = State::kPartHead;
  return true;
}

Result<bool> MultipartReader::read_part_head() {
  static constexpr std::string_view kEnd = "\r\n\r\n";
  std::string_view text = pending();
  std::size_t end = text.find(kEnd);
  std::size_t seen = end == std::string_view::npos ? text.size() : end + kEnd.size();
  if (seen > limits_.part_head_bytes) {
    return malformed_part("a part's header is longer than " +
                          std::to_string(limits_.part_head_bytes) + " bytes.");
  }
  if (end == std::string_view::npos) return false;
  std::string_view lines = end == 0 ? std::string_view() : text.substr(2, end);
  GB_TRY(PartHead head, parse_part_head(lines));
  GB_TRY_VOID(sink_.on_part(head));
  used_ += end + kEnd.size();
  state_ = State::kPartData;
  return true;
}

Result<bool> MultipartReader::read_part_data() {
  std::string_view text = pending();
  std::size_t found = text.find(delimiter_);
  std::size_t data = found;
  if (found == std::string_view::npos) {
    // Bytes that may be the start of a delimiter wait for the next push.
    data = text.size() - std::min(text.size(), delimiter_.size() - 1);
    std::size_t cr = text.find('\r', data);
    data = cr == std::string_view::npos ? text.size() : cr;
  }
  if (data > 0) GB_TRY_VOID(sink_.on_data(text.substr(0, data)));
  used_ += data;
  if (found == std::string_view::npos) return false;
  used_ += delimiter_.size();
  state_ = State::kDelimiterEnd;
  GB_TRY_VOID(sink_.on_part_end());
  return true;
}

Result<bool> MultipartReader::read_epilogue() {
  GB_TRY_VOID(count_surround(pending().size()));
  return false;
}

}  // namespace glovebox
