// MultipartReader: multipart/form-data (RFC 7578, 2046) as a stream, with input split at any
// position.
//
// Own code, because no C++ library in Debian 12 reads it as a stream with bounds: Beast and
// Boost.URL do not support it, cpp-httplib and Pistache keep parts in memory, and MIME libraries
// (vmime, mimetic) need the whole message.
//
// Between two pushes it holds at most one header section, or data of one delimiter's length.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

struct MultipartLimits {
  std::size_t boundary_bytes = 70;     // RFC 2046 5.1.1
  std::size_t part_head_bytes = 8192;  // of one part
  std::size_t parts = 16;
  std::size_t surround_bytes = 4096;  // before the first and after the last delimiter
};

struct PartHead {
  std::string name;
  std::optional<std::string> file_name;  // as sent; see display_name()
};

// Called with the parts in order. An error ends the reading.
class MultipartSink {
 public:
  virtual ~MultipartSink() = default;
  virtual Result<void> on_part(const PartHead& head) = 0;
  // Never empty; a part's content comes in any number of pieces.
  virtual Result<void> on_data(std::string_view data) = 0;
  virtual Result<void> on_part_end() = 0;
};

// The boundary of a Content-Type value; kValidation if it is missing or invalid.
Result<std::string> multipart_boundary(std::string_view content_type,
                                       const MultipartLimits& limits = {});

class MultipartReader {
 public:
  // `sink` must outlive the reader.
  MultipartReader(std::string boundary, MultipartSink& sink, const MultipartLimits& limits = {});

  // Do not call it after an error.
  Result<void> push(std::string_view bytes);
  // Call at the end of the body: fails if the closing delimiter was not found.
  Result<void> finish() const;

 private:
  enum class State { kPreamble, kDelimiterEnd, kPartHead, kPartData, kEpilogue };

  // Each consumes what it can from buffer_; returns false if it needs more bytes.
  Result<bool> step();
  Result<bool> read_preamble();
  Result<bool> read_delimiter_end();
  Result<bool> read_part_head();
  Result<bool> read_part_data();
  Result<bool> read_epilogue();
  Result<void> count_surround(std::size_t bytes);

  std::string_view pending() const { return std::string_view(buffer_).substr(used_); }

  MultipartSink& sink_;
  MultipartLimits limits_;
  std::string delimiter_;  // CR LF "--" BOUNDARY
  State state_ = State::kPreamble;
  // Starts with a CR LF that we add, because the first delimiter may be at the very start.
  std::string buffer_ = "\r\n";
  std::size_t used_ = 0;  // of buffer_
  std::size_t parts_ = 0;
  std::size_t surround_ = 0;
};

}  // namespace glovebox
