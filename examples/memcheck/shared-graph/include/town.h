#pragma once

#include <memory>
#include <string>
#include <vector>

struct Town;

struct Road {
  std::shared_ptr<Town> to;
  int kilometres;
};

struct Town {
  std::string name;
  std::vector<Road> roads;
};

void connect(const std::shared_ptr<Town>& one, const std::shared_ptr<Town>& other, int kilometres);

// Of the roads that start here; 0 where there are none.
int shortest_road(const Town& town);
