#pragma once

#include <optional>
#include <span>
#include <string_view>

struct Summary {
  double mean = 0;
  double lowest = 0;
  double highest = 0;
};

// Nothing for an empty log.
std::optional<Summary> summarise(std::span<const double> celsius);

// Nothing where the whole text is not one number.
std::optional<double> parse_celsius(std::string_view text);
