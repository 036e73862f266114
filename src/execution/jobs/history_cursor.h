// The cursor of a list: a position in the order of jobs or check-ups, as text for clients.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace glovebox {

// Newest first; within the same millisecond, the greater id first.
struct HistoryPlace {
  WallTime created_at;
  std::string id;
};

// "TIME-ID": the page after this position begins there.
std::string history_cursor(const HistoryPlace& place);
// kValidation if history_cursor() did not create it.
Result<HistoryPlace> parse_history_cursor(const std::string& text);

}  // namespace glovebox
