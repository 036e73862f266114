// MessageParser: one request, its header section and its body without the framing. Beast does the
// work and is hidden behind this header, so that it is compiled once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "http/wire/request_head.h"

namespace glovebox {

class MessageParser {
 public:
  struct Step {
    std::size_t consumed = 0;  // of the input
    std::size_t produced = 0;  // into the output
  };

  MessageParser();
  ~MessageParser();
  MessageParser(MessageParser&&) noexcept;
  MessageParser& operator=(MessageParser&&) noexcept;

  // Call once, first: a complete header section that check_head() has accepted.
  Result<RequestHead> parse_head(std::string_view head);

  // Nothing if the body is chunked; 0 if there is none.
  std::optional<std::uint64_t> content_length() const;
  bool body_done() const;

  // Reads body bytes from `input` and writes their content to `output`. If nothing is consumed and
  // nothing produced, more input is needed. Never reads a byte after the end of the body.
  Result<Step> decode(std::string_view input, char* output, std::size_t capacity);

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
};

}  // namespace glovebox
