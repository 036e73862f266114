#include <iostream>

#include "town.h"

int main() {
  auto york = std::make_shared<Town>(Town{"York", {}});
  auto leeds = std::make_shared<Town>(Town{"Leeds", {}});
  auto hull = std::make_shared<Town>(Town{"Kingston upon Hull", {}});
  connect(york, leeds, 39);
  connect(york, hull, 60);
  std::cout << york->name << ": " << shortest_road(*york) << " km\n";
}
