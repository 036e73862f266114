#include <fstream>
#include <iostream>
#include <iterator>

#include "word_count.h"

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "data/tide.txt";
  std::ifstream file(path);
  if (!file) {
    std::cerr << "cannot read " << path << '\n';
    return 1;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto& [word, count] : most_frequent(count_words(text, 4), 5)) {
    std::cout << count << ' ' << word << '\n';
  }
}
