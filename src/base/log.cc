#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <iterator>
#include <memory>

namespace glovebox {

std::string escape_for_log(std::string_view text) {
  static constexpr std::size_t kLongest = 512;
  std::string escaped;
  for (unsigned char c : text.substr(0, kLongest)) {
    if (c >= 0x20 && c < 0x7f && c != '\\' && c != '"') {
      escaped += static_cast<char>(c);
    } else {
      fmt::format_to(std::back_inserter(escaped), "\\x{:02x}", c);
    }
  }
  if (text.size() > kLongest) escaped += "...";
  return escaped;
}

void set_up_log(std::string_view level) {
  auto logger = std::make_shared<spdlog::logger>("glovebox",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(std::string(level)));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace glovebox
