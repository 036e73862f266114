// FindingList: the findings of one run, without duplicates, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/sha256.h"
#include "model/finding.h"

namespace glovebox {

inline constexpr std::size_t kMaxFindings = 25'000;  // what GitHub accepts per run
// Of paths, rules and messages together.
inline constexpr std::size_t kMaxFindingTextBytes = 16 << 20;
inline constexpr std::size_t kMaxMessageBytes = 4096;
inline constexpr std::size_t kMaxRuleBytes = 256;
inline constexpr std::size_t kMaxRelatedPlaces = 16;  // of one finding

// Negative numbers, and ends before the start, are removed.
SourcePlace mended(SourcePlace place);

class FindingList {
 public:
  FindingList();

  // Cleans the texts, then stores the finding unless an equal one exists (same path, line, column,
  // rule and message). Over a bound it is only counted: duplicates among those are not detected.
  // Returns whether it was stored.
  bool add(Finding finding);
  // For the finding that was added last: both do nothing if it was not stored.
  void relate(RelatedPlace related);
  void set_column(std::int32_t column);
  // The finding that was added last, stored or not.
  const SourcePlace& last_place() const { return last_place_; }
  bool has_last() const { return has_last_; }

  const FindingCounts& counts() const { return counts_; }
  const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  std::uint64_t hash_of(const Finding& finding);
  bool is_there(std::uint64_t hash, const Finding& finding) const;

  // A hash that a tool cannot predict, so that it cannot make all its findings collide.
  const std::string secret_;
  Sha256 sha256_;
  std::vector<Finding> findings_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_hash_;  // to indexes
  FindingCounts counts_;
  std::size_t text_bytes_ = 0;
  SourcePlace last_place_;
  bool has_last_ = false;
  bool last_kept_ = false;
};

}  // namespace glovebox
