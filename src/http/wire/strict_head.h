// The check before the parser: header sections that two implementations could parse differently are
// refused, so that nothing can be smuggled past a proxy in front of the server (RFC 9112 sections
// 2.2, 3, 5 and 6.3). It works on raw bytes, because after a lenient parser the difference is no
// longer visible.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace glovebox {

struct HeadLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t target_bytes = 8 * 1024;
  std::size_t fields = 100;
};

// Finds the end of a header section while its bytes arrive. Every byte is examined once, however
// the section is split.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  // `buffered` is everything received since the start of this request. Returns the length of the
  // section with its empty line; nothing while bytes are missing; an error as soon as it exceeds a
  // limit or contains NUL, a bare CR or a bare LF.
  Result<std::optional<std::size_t>> scan(std::string_view buffered);
  // Resets it for the next request.
  void reset();

 private:
  Result<void> check_room(std::size_t used) const;

  HeadLimits limits_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
};

// Checks one complete section, as found by HeadScanner.
Result<void> check_head(std::string_view head, const HeadLimits& limits);

}  // namespace glovebox
