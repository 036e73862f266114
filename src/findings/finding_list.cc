#include "findings/finding_list.h"

#include <fmt/format.h>

#include <charconv>
#include <tuple>

#include "base/clean_text.h"
#include "base/random.h"

namespace glovebox {
namespace {

auto identity_of(const Finding& finding) {
  return std::tie(finding.place.path, finding.place.line, finding.place.column, finding.rule,
                  finding.message);
}

}  // namespace

SourcePlace mended(SourcePlace place) {
  for (std::int32_t* number : {&place.line, &place.column, &place.end_line, &place.end_column}) {
    if (*number < 0) *number = 0;
  }
  if (place.line == 0) place.column = place.end_line = place.end_column = 0;
  if (place.end_line < place.line) place.end_line = 0;
  bool one_line = place.end_line == 0 || place.end_line == place.line;
  if (place.column == 0 || (one_line && place.end_column < place.column)) place.end_column = 0;
  return place;
}

FindingList::FindingList() : secret_(random_id("")) {}

std::uint64_t FindingList::hash_of(const Finding& finding) {
  sha256_.update(secret_);
  auto add_text = [&](const std::string& text) {
    sha256_.update(std::to_string(text.size()) + ':');
    sha256_.update(text);
  };
  add_text(finding.place.path);
  add_text(finding.rule);
  add_text(finding.message);
  sha256_.update(fmt::format("{}:{}", finding.place.line, finding.place.column));
  std::uint64_t hash = 0;
  std::string digits = sha256_.finish();
  std::from_chars(digits.data(), digits.data() + 16, hash, 16);
  return hash;
}

bool FindingList::add(Finding finding) {
  finding.rule = clean_line(finding.rule, kMaxRuleBytes);
  finding.message = clean_line(finding.message, kMaxMessageBytes);
  finding.place = mended(std::move(finding.place));
  last_place_ = finding.place;
  has_last_ = true;
  last_kept_ = false;
  std::uint64_t hash = hash_of(finding);
  if (is_there(hash, finding)) return false;
  counts_.add(finding.severity);
  std::size_t bytes = finding.place.path.size() + finding.rule.size() + finding.message.size();
  if (findings_.size() >= kMaxFindings || text_bytes_ + bytes > kMaxFindingTextBytes) {
    counts_.truncated = true;
    return false;
  }
  text_bytes_ += bytes;
  by_hash_.emplace(hash, findings_.size());
  findings_.push_back(std::move(finding));
  last_kept_ = true;
  return true;
}

void FindingList::relate(RelatedPlace related) {
  if (!last_kept_ || findings_.back().related.size() >= kMaxRelatedPlaces) return;
  related.message = clean_line(related.message, kMaxMessageBytes);
  related.place = mended(std::move(related.place));
  std::size_t bytes = related.place.path.size() + related.message.size();
  if (text_bytes_ + bytes > kMaxFindingTextBytes) return;
  text_bytes_ += bytes;
  findings_.back().related.push_back(std::move(related));
}

void FindingList::set_column(std::int32_t column) {
  if (!last_kept_ || findings_.back().place.line == 0) return;
  Finding& finding = findings_.back();
  auto [first, last] = by_hash_.equal_range(hash_of(finding));
  for (auto each = first; each != last; ++each) {
    if (each->second != findings_.size() - 1) continue;
    by_hash_.erase(each);
    break;
  }
  finding.place.column = column;
  by_hash_.emplace(hash_of(finding), findings_.size() - 1);
}

bool FindingList::is_there(std::uint64_t hash, const Finding& finding) const {
  auto [first, last] = by_hash_.equal_range(hash);
  for (auto each = first; each != last; ++each) {
    if (identity_of(findings_[each->second]) == identity_of(finding)) return true;
  }
  return false;
}

}  // namespace glovebox
