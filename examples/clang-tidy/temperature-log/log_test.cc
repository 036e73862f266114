#include <array>

#include "summary.h"

int main() {
  const std::array<double, 3> readings{17.5, 21.0, 19.5};
  const auto summary = summarise(readings);
  const bool ok = summary && summary->highest == 21.0 && !summarise({}) && !parse_celsius("warm");
  return ok ? 0 : 1;
}
