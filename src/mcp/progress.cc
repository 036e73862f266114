#include "mcp/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clean_text.h"
#include "mcp/message.h"

namespace glovebox {

void McpProgress::say(std::string state) {
  if (!wanted() || state == state_) return;
  state_ = std::move(state);
  state_is_new_ = true;
}

void McpProgress::add_output(std::string_view text) {
  if (!wanted()) return;
  for (char c : text) {
    if (c == '\n') {
      add_line();
    } else if (line_.size() < 2 * kMaxLineBytes) {
      line_ += c;
    }
  }
}

void McpProgress::add_line() {
  std::string clean = clean_line(line_, kMaxLineBytes);
  line_.clear();
  if (clean.empty()) return;
  lines_.push_back(std::move(clean));
  if (lines_.size() <= kMaxLines) return;
  lines_.pop_front();
  ++left_out_;
}

SteadyTime McpProgress::due() const {
  if (!has_news()) return told_at_ + kSilence;
  return count_ == 0 || finished_ ? told_at_ : told_at_ + kBetween;
}

std::string McpProgress::message() {
  std::string text = state_is_new_ || lines_.empty() ? state_ : "";
  if (left_out_ > 0)
    text += fmt::format("{}({} lines left out)", text.empty() ? "" : "\n", left_out_);
  for (const std::string& line : lines_) text += (text.empty() ? "" : "\n") + line;
  state_is_new_ = false;
  lines_.clear();
  left_out_ = 0;
  return text;
}

std::optional<boost::json::object> McpProgress::take(SteadyTime now) {
  if (!wanted() || now < due()) return std::nullopt;
  if (finished_ && !has_news()) return std::nullopt;
  told_at_ = now;
  ++count_;
  boost::json::object params{{"progressToken", token_}, {"progress", count_}};
  params["message"] = message();
  return mcp_notification("notifications/progress", std::move(params));
}

std::chrono::milliseconds McpProgress::patience(SteadyTime now) const {
  SteadyTime at = wanted() ? due() : told_at_ + kSilence;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(at - now);
  return std::max(left, std::chrono::milliseconds(1));
}

}  // namespace glovebox
