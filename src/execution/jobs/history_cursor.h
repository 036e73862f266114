// The cursor of a list: a place in the order of jobs, or of check-ups, as text for clients.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace glovebox {

// Newest first; within the same millisecond, the greater id comes first.
struct HistoryPlace {
  WallTime created_at;
  std::string id;
};

// "TIME-ID": the page behind this place begins there.
std::string history_cursor(const HistoryPlace& place);
// kValidation where history_cursor() did not make it.
Result<HistoryPlace> parse_history_cursor(const std::string& text);

}  // namespace glovebox
