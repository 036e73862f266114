#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

using WordCounts = std::map<std::string, int>;

// Counts words without regard to case, on so many threads.
WordCounts count_words(std::string_view text, int threads);

// The most frequent first; words that are as frequent by name.
std::vector<std::pair<std::string, int>> most_frequent(const WordCounts& counts, std::size_t limit);
