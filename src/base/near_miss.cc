#include "base/near_miss.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/log.h"

namespace glovebox {
namespace {

constexpr std::size_t kLongestName = 64;

// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  if (name.empty() || name.size() > kLongestName) return "";
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > kLongestName) continue;
    std::size_t distance = edit_distance(name, candidate);
    if (distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best ? fmt::format(" (did you mean \"{}\"?)", *best) : "";
}

std::string in_quotes(std::string_view name) {
  std::string_view cut = name.substr(0, kLongestName);
  return fmt::format("\"{}{}\"", escape_for_log(cut), cut.size() < name.size() ? "..." : "");
}

}  // namespace glovebox
