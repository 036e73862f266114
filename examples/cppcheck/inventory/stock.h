#pragma once

#include <string>
#include <vector>

struct Item {
  std::string name;
  int count;
};

class Stock {
 public:
  void add(const std::string& name, int count);
  // Returns how many are left, or -1 where there is no such item.
  int sell(const std::string& name);
  // The items that are left.
  std::vector<Item> without_sold_out() const;

 private:
  std::vector<Item> items_;
};

// Appends an empty sibling of the first item and returns how many there were of the first.
int split_first(std::vector<Item> items);
