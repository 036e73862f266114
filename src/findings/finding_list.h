// FindingList: the findings of one run, each once, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/sha256.h"
#include "model/finding.h"

namespace glovebox {

inline constexpr std::size_t kMaxFindings = 25'000;  // what GitHub takes of a run
// Of paths, rules and messages together.
inline constexpr std::size_t kMaxFindingTextBytes = 16 << 20;
inline constexpr std::size_t kMaxMessageBytes = 4096;
inline constexpr std::size_t kMaxRuleBytes = 256;
inline constexpr std::size_t kMaxRelatedPlaces = 16;  // of one finding

// Without numbers that are negative, or that end before they begin.
SourcePlace mended(SourcePlace place);

class FindingList {
 public:
  FindingList();

  // Cleans the texts, then keeps the finding unless an equal one is there (same path, line, column,
  // rule and message). Over a bound it is only counted: equal ones among those are not told apart.
  // Returns whether it was kept.
  bool add(Finding finding);
  // Of the finding that was added last: both do nothing where it was not kept.
  void relate(RelatedPlace related);
  void set_column(std::int32_t column);
  // The finding that was added last, whether kept or not.
  const SourcePlace& last_place() const { return last_place_; }
  bool has_last() const { return has_last_; }

  const FindingCounts& counts() const { return counts_; }
  const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  std::uint64_t hash_of(const Finding& finding);
  bool is_there(std::uint64_t hash, const Finding& finding) const;

  // A hash that a tool cannot foresee, so that it cannot make all its findings collide.
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
