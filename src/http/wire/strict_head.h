// The gate before the parser: header sections that two implementations could read differently are
// refused, so that nothing can be smuggled past a proxy in front of us (RFC 9112 sections 2.2, 3, 5
// and 6.3). It works on raw bytes, since a parser that has already been lenient cannot tell.
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

// Finds the end of a header section while its bytes arrive. Every byte is looked at once, however
// the section is cut into pieces.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  // `buffered` is everything received since the start of this request. The length of the section
  // with its empty line; nothing while bytes are missing; an error as soon as it is over a limit or
  // holds NUL, a bare CR or a bare LF.
  Result<std::optional<std::size_t>> scan(std::string_view buffered);
  // For the next request.
  void reset();

 private:
  Result<void> check_room(std::size_t used) const;

  HeadLimits limits_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
};

// Checks one complete section, as HeadScanner found it.
Result<void> check_head(std::string_view head, const HeadLimits& limits);

}  // namespace glovebox
