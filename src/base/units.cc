#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace glovebox {
namespace {

struct Unit {
  std::string_view suffix;
  double factor;
};

constexpr std::array kByteUnits{Unit{"", 1},
                                Unit{"B", 1},
                                Unit{"k", 1e3},
                                Unit{"kB", 1e3},
                                Unit{"M", 1e6},
                                Unit{"MB", 1e6},
                                Unit{"G", 1e9},
                                Unit{"GB", 1e9},
                                Unit{"KiB", 1024.0},
                                Unit{"MiB", 1048576.0},
                                Unit{"GiB", 1073741824.0},
                                Unit{"TiB", 1099511627776.0}};
constexpr std::array kTimeUnits{Unit{"", 1e3},   Unit{"ms", 1},     Unit{"s", 1e3},
                                Unit{"m", 60e3}, Unit{"h", 3600e3}, Unit{"d", 86400e3}};
constexpr double kLargest = 9e15;  // below 2^53, so that a double is exact

template <std::size_t N>
Result<double> parse_with_unit(std::string_view text, const std::array<Unit, N>& units,
                               std::string_view example) {
  auto fail = [&] {
    return validation_error(fmt::format("\"{}\" is not valid; write it like {}", text, example));
  };
  double number = 0;
  auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (code != std::errc() || !(number >= 0)) return fail();
  std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  while (suffix.starts_with(' ')) suffix.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.suffix != suffix) continue;
    double value = number * unit.factor;
    if (value > kLargest) return fail();
    return std::round(value);
  }
  return fail();
}

std::string with_rest(std::int64_t whole, std::string_view unit, std::int64_t rest,
                      std::string_view smaller) {
  if (rest == 0) return fmt::format("{} {}", whole, unit);
  return fmt::format("{} {} {} {}", whole, unit, rest, smaller);
}

}  // namespace

Result<ByteCount> parse_byte_count(std::string_view text) {
  GB_TRY(double bytes, parse_with_unit(text, kByteUnits, "512MiB"));
  return ByteCount(static_cast<std::uint64_t>(bytes));
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  GB_TRY(double ms, parse_with_unit(text, kTimeUnits, "60s"));
  return std::chrono::milliseconds(static_cast<std::int64_t>(ms));
}

std::string format_bytes(ByteCount count) {
  static constexpr std::array kNames{"KiB", "MiB", "GiB", "TiB"};
  if (count.bytes() < 1024) {
    return fmt::format("{} {}", count.bytes(), count.bytes() == 1 ? "byte" : "bytes");
  }
  double value = static_cast<double>(count.bytes()) / 1024;
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kNames.size()) {
    value /= 1024;
    ++unit;
  }
  if (value == std::floor(value)) return fmt::format("{:.0f} {}", value, kNames[unit]);
  return fmt::format("{:.1f} {}", value, kNames[unit]);
}

std::string format_duration(std::chrono::milliseconds duration) {
  auto ms = duration.count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 60'000 && ms % 1000 == 0) return fmt::format("{} s", ms / 1000);
  if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
  auto s = ms / 1000;
  if (s < 3600) return with_rest(s / 60, "min", s % 60, "s");
  auto hours = s / 3600;
  if (s < 48 * 3600) {
    auto minutes = s % 3600 / 60;
    if (minutes > 0) return with_rest(hours, "h", minutes, "min");
    return hours == 1 ? "1 hour" : fmt::format("{} hours", hours);
  }
  if (hours % 24 > 0) return with_rest(hours / 24, "d", hours % 24, "h");
  return fmt::format("{} days", hours / 24);
}

std::string format_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace glovebox
