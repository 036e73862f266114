#include "execution/jobs/history_cursor.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace glovebox {

using std::chrono::milliseconds;

std::string history_cursor(const HistoryPlace& place) {
  auto time = std::chrono::duration_cast<milliseconds>(place.created_at.time_since_epoch());
  return fmt::format("{}-{}", time.count(), place.id);
}

Result<HistoryPlace> parse_history_cursor(const std::string& text) {
  std::int64_t time = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, time);
  if (error != std::errc() || stop == end || *stop != '-') {
    return validation_error("\"cursor\" must be the nextCursor of an earlier response")
        .with("field", "cursor");
  }
  return HistoryPlace{WallTime(milliseconds(time)), std::string(stop + 1, end)};
}

}  // namespace glovebox
