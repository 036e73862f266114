// Times in the tables: milliseconds since 1970 in UTC.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace glovebox {

inline std::int64_t to_column(WallTime time) {
  return time.time_since_epoch().count();
}
inline std::optional<std::int64_t> to_column(std::optional<WallTime> time) {
  return time ? std::optional(to_column(*time)) : std::nullopt;
}
inline WallTime from_column(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}
inline std::optional<WallTime> from_column(std::optional<std::int64_t> milliseconds) {
  return milliseconds ? std::optional(from_column(*milliseconds)) : std::nullopt;
}

}  // namespace glovebox
