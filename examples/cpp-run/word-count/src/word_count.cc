#include "word_count.h"

#include <algorithm>
#include <cctype>
#include <future>

namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

WordCounts count_part(std::string_view part) {
  WordCounts counts;
  std::string word;
  for (const char c : part) {
    if (is_letter(c)) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      ++counts[word];
      word.clear();
    }
  }
  if (!word.empty()) ++counts[word];
  return counts;
}

}  // namespace

WordCounts count_words(std::string_view text, int threads) {
  std::vector<std::future<WordCounts>> parts;
  for (int left = threads; left > 0; --left) {
    std::size_t length = text.size() / left;
    while (length < text.size() && is_letter(text[length])) ++length;
    parts.push_back(std::async(std::launch::async, count_part, text.substr(0, length)));
    text.remove_prefix(length);
  }
  WordCounts all;
  for (auto& part : parts) {
    for (const auto& [word, count] : part.get()) all[word] += count;
  }
  return all;
}

std::vector<std::pair<std::string, int>> most_frequent(const WordCounts& counts, std::size_t limit) {
  std::vector<std::pair<std::string, int>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& one, const auto& other) { return one.second > other.second; });
  sorted.resize(std::min(limit, sorted.size()));
  return sorted;
}
