#include <cstdio>

#include "stock.h"

int main() {
  Stock stock;
  stock.add("anvil", 1);
  stock.add("rocket skates", 2);
  std::printf("%d left\n", stock.sell("anvil"));
  return split_first(stock.without_sold_out());
}
