#include "town.h"

#include <algorithm>

void connect(const std::shared_ptr<Town>& one, const std::shared_ptr<Town>& other, int kilometres) {
  one->roads.push_back(Road{other, kilometres});
  other->roads.push_back(Road{one, kilometres});
}

int shortest_road(const Town& town) {
  if (town.roads.empty()) return 0;
  return std::min_element(town.roads.begin(), town.roads.end(),
                          [](const Road& a, const Road& b) { return a.kilometres < b.kilometres; })
      ->kilometres;
}
