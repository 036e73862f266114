#include "base/log_event.h"

#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <iterator>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

// Marks messages that are already a JSON object. Compared by address, so that no text of a message
// can pass for it.
constexpr char kJsonMessage[] = "";

// \uXXXX for everything beyond ASCII, so that no terminal interprets a line. Outside of its
// strings, JSON has only ASCII. `text` is valid UTF-8.
std::string only_ascii(std::string_view text) {
  std::string ascii;
  for (std::size_t i = 0; i < text.size();) {
    auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x7f) {
      ascii += text[i++];
      continue;
    }
    std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    auto out = std::back_inserter(ascii);
    if (code >= 0x10000) {
      fmt::format_to(out, "\\u{:04x}\\u{:04x}", 0xd800 + ((code - 0x10000) >> 10),
                     0xdc00 + ((code - 0x10000) & 0x3ff));
    } else {
      fmt::format_to(out, "\\u{:04x}", code);
    }
    i += length;
  }
  return ascii;
}

json::object begin_line(spdlog::log_clock::time_point time, spdlog::level::level_enum level,
                        std::string_view event) {
  auto name = spdlog::level::to_string_view(level);
  json::object line;
  line["time"] = format_rfc3339(std::chrono::floor<std::chrono::milliseconds>(time));
  line["level"] = json::string_view(name.data(), name.size());
  line["event"] = json::string_view(event.data(), event.size());
  return line;
}

std::string one_line(const json::object& line) {
  return only_ascii(json::serialize(line));
}

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    std::string_view payload(message.payload.data(), message.payload.size());
    std::string made;
    if (message.source.funcname != kJsonMessage) {
      json::object line = begin_line(message.time, message.level, "log");
      line["message"] = to_valid_utf8(payload);
      made = one_line(line);
      payload = made;
    }
    to.append(payload.data(), payload.data() + payload.size());
    to.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

LogFormat log_format = LogFormat::kText;

}  // namespace

LogEvent& LogEvent::set(std::string& member, std::string_view value) {
  member = value.substr(0, kLongestValue);
  return *this;
}

LogEvent& LogEvent::with(std::string_view name, std::string_view value) {
  std::string kept(value.substr(0, kLongestValue));
  if (value.size() > kLongestValue) kept += "...";
  fields_.emplace_back(name, std::move(kept));
  return *this;
}

LogEvent& LogEvent::with(std::string_view name, std::int64_t value) {
  fields_.emplace_back(name, value);
  return *this;
}

LogEvent& LogEvent::with(std::string_view name, double value) {
  fields_.emplace_back(name, value);
  return *this;
}

std::string LogEvent::as_text() const {
  if (!text_.empty()) return text_;
  std::string text(event_);
  auto add = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format(" {}={}", name, escape_for_log(value));
  };
  add("request", request_);
  add("client", client_);
  add("job", job_);
  add("trace", trace_);
  for (const auto& [name, value] : fields_) {
    if (const auto* string = std::get_if<std::string>(&value)) {
      // Quoted, so that spaces in it do not begin another field.
      text += fmt::format(" {}=\"{}\"", name, escape_for_log(*string));
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      text += fmt::format(" {}={}", name, *number);
    } else {
      text += fmt::format(" {}={:.1f}", name, std::get<double>(value));
    }
  }
  return text;
}

std::string LogEvent::as_json(spdlog::log_clock::time_point time,
                              spdlog::level::level_enum level) const {
  json::object line = begin_line(time, level, event_);
  auto add = [&line](const char* name, const std::string& value) {
    if (!value.empty()) line[name] = to_valid_utf8(value);
  };
  add("requestId", request_);
  add("job", job_);
  add("client", client_);
  add("traceId", trace_);
  json::object fields;
  for (const auto& [name, value] : fields_) {
    json::value& field = fields[json::string_view(name.data(), name.size())];
    if (const auto* string = std::get_if<std::string>(&value)) {
      field = to_valid_utf8(*string);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      field = *number;
    } else {
      field = std::get<double>(value);
    }
  }
  if (!fields.empty()) line["fields"] = std::move(fields);
  return one_line(line);
}

void LogEvent::write(spdlog::level::level_enum level) const {
  spdlog::logger* log = spdlog::default_logger_raw();
  if (log == nullptr || !log->should_log(level)) return;
  if (log_format == LogFormat::kText) {
    log->log(level, spdlog::string_view_t(as_text()));
    return;
  }
  auto now = spdlog::log_clock::now();
  std::string line = as_json(now, level);
  log->log(now, spdlog::source_loc{"", 1, kJsonMessage}, level, spdlog::string_view_t(line));
}

void set_up_log(std::string_view level, LogFormat format) {
  set_up_log(level);
  log_format = format;
  if (format == LogFormat::kJson) {
    spdlog::default_logger()->set_formatter(std::make_unique<JsonFormatter>());
  }
}

}  // namespace glovebox
