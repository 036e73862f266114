// LogEvent: a log line with named fields. The log has two formats: text for people, and JSON, one
// object a line, for programs that collect logs.
//
//   2026-01-31T09:30:00.125Z info run client=key:ci job=job_4fQ… tool=cppcheck
//   {"time":"2026-01-31T09:30:00.125Z","level":"info","event":"run","client":"key:ci",
//    "job":"job_4fQ…","fields":{"tool":"cppcheck"}}
//
// Values may be hostile: in both formats a line is printable ASCII. A line of spdlog's own
// functions is the event "log" with the field "message". Threads: any.
#pragma once

#include <spdlog/common.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace glovebox {

enum class LogFormat : std::uint8_t { kText, kJson };

class LogEvent {
 public:
  // Longer values are truncated.
  static constexpr std::size_t kLongestValue = 512;

  // `event`: for programs, lower case with dashes; a literal.
  explicit LogEvent(std::string_view event) : event_(event) {}

  // An empty id is left out.
  LogEvent& request(std::string_view id) { return set(request_, id); }
  LogEvent& job(std::string_view id) { return set(job_, id); }
  LogEvent& client(std::string_view id) { return set(client_, id); }
  LogEvent& trace(std::string_view id) { return set(trace_, id); }
  // `name`: a literal in camel case.
  LogEvent& with(std::string_view name, std::string_view value);
  LogEvent& with(std::string_view name, std::int64_t value);
  LogEvent& with(std::string_view name, double value);
  // The text format shows this instead of the event's name and fields. Already escaped.
  LogEvent& text(std::string line) {
    text_ = std::move(line);
    return *this;
  }

  // To the log.
  void write(spdlog::level::level_enum level = spdlog::level::info) const;
  // Without time and level: "run client=key:ci …".
  std::string as_text() const;
  // The whole line without its end.
  std::string as_json(spdlog::log_clock::time_point time, spdlog::level::level_enum level) const;

 private:
  using Value = std::variant<std::string, std::int64_t, double>;
  LogEvent& set(std::string& member, std::string_view value);

  std::string_view event_;
  std::string request_;
  std::string job_;
  std::string client_;
  std::string trace_;
  std::vector<std::pair<std::string_view, Value>> fields_;
  std::string text_;
};

// As set_up_log() of base/log.h, in this format.
void set_up_log(std::string_view level, LogFormat format);

}  // namespace glovebox
