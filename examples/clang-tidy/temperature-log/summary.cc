#include "summary.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <system_error>

std::optional<Summary> summarise(std::span<const double> celsius) {
  if (celsius.empty()) return std::nullopt;
  const auto [lowest, highest] = std::minmax_element(celsius.begin(), celsius.end());
  const double sum = std::accumulate(celsius.begin(), celsius.end(), 0.0);
  return Summary{sum / static_cast<double>(celsius.size()), *lowest, *highest};
}

std::optional<double> parse_celsius(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}
