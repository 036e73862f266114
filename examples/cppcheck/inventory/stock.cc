#include "stock.h"

void Stock::add(const std::string& name, int count) { items_.push_back(Item{name, count}); }

int Stock::sell(const std::string& name) {
  for (Item& item : items_) {
    if (item.name == name) return --item.count;
  }
  return -1;
}

std::vector<Item> Stock::without_sold_out() const {
  std::vector<Item> left = items_;
  for (auto item = left.begin(); item != left.end(); ++item) {
    if (item->count == 0) left.erase(item);
  }
  return left;
}

int split_first(std::vector<Item> items) {
  Item& first = items.front();
  items.push_back(Item{"sibling", 0});
  return first.count;
}
