// McpProgress: what `notifications/progress` of one call say, and when.
//
// The place in the queue, then lines of output. At most one notification each kBetween, with the
// last lines since the one before; at least one each kSilence. Threads: one.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace glovebox {

class McpProgress {
 public:
  static constexpr std::chrono::milliseconds kBetween{500};
  static constexpr std::chrono::seconds kSilence{15};
  static constexpr std::size_t kMaxLines = 20;  // in one notification; older ones are counted
  static constexpr std::size_t kMaxLineBytes = 300;

  // `token` null: nobody asked for progress, and nothing is ever due.
  McpProgress(boost::json::value token, SteadyTime now) : token_(std::move(token)), told_at_(now) {}

  bool wanted() const { return !token_.is_null(); }
  // A new state, in place of one that was not sent yet.
  void say(std::string state);
  void add_output(std::string_view text);
  // All that is left is due now.
  void finish() { finished_ = true; }

  // The notification that is due.
  std::optional<boost::json::object> take(SteadyTime now);
  // Until one will be due if nothing happens.
  std::chrono::milliseconds patience(SteadyTime now) const;

 private:
  bool has_news() const { return state_is_new_ || !lines_.empty() || left_out_ > 0; }
  SteadyTime due() const;
  void add_line();
  std::string message();

  boost::json::value token_;
  SteadyTime told_at_;
  std::string state_;
  bool state_is_new_ = false;
  std::string line_;  // the one that has not ended; cut
  std::deque<std::string> lines_;
  std::int64_t left_out_ = 0;
  std::int64_t count_ = 0;
  bool finished_ = false;
};

}  // namespace glovebox
