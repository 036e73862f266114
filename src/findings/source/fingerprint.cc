#include "findings/source/fingerprint.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

#include "base/sha256.h"

namespace glovebox {
namespace {

constexpr std::size_t kFingerprintDigits = 32;
constexpr std::size_t kMaxLineBytes = 4096;  // of a line that is used

std::string without_numbers(std::string_view text) {
  std::string rest;
  bool in_number = false;
  for (char c : text) {
    bool digit = c >= '0' && c <= '9';
    if (!digit) rest += c;
    if (digit && !in_number) rest += '0';
    in_number = digit;
  }
  return rest;
}

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, kMaxLineBytes);
  std::size_t begin = line.find_first_not_of(" \t\r\f\v");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r\f\v") - begin + 1);
}

// Parts with their lengths, so that different lists of parts give different texts.
std::string identity(const Finding& finding, SourceLines& source) {
  std::string text;
  auto add = [&](std::string_view part) {
    text += std::to_string(part.size()) + ':';
    text += part;
  };
  add(finding.place.path);
  add(finding.rule);
  add(without_numbers(finding.message));
  if (finding.place.line > 0) {
    for (std::int64_t line = finding.place.line - 1; line <= finding.place.line + 1; ++line) {
      add(trimmed(source.line(finding.place.path, line)));
    }
  }
  return text;
}

}  // namespace

void set_fingerprints(std::vector<Finding>& findings, SourceFiles& files) {
  std::vector<Finding*> order;
  for (Finding& finding : findings) order.push_back(&finding);
  std::stable_sort(order.begin(), order.end(), [](const Finding* a, const Finding* b) {
    return std::tie(a->place.path, a->place.line, a->place.column) <
           std::tie(b->place.path, b->place.line, b->place.column);
  });
  SourceLines source(files);
  Sha256 hash;
  std::unordered_map<std::string, int> equal;
  for (Finding* finding : order) {
    hash.update(identity(*finding, source));
    std::string base = hash.finish();
    int number = equal[base]++;
    if (number > 0) {
      hash.update(base + ':' + std::to_string(number));
      base = hash.finish();
    }
    finding->fingerprint = base.substr(0, kFingerprintDigits);
  }
}

std::string_view finding_change_name(FindingChange change) {
  switch (change) {
    case FindingChange::kNew:
      return "new";
    case FindingChange::kFixed:
      return "fixed";
    case FindingChange::kUnchanged:
      return "unchanged";
  }
  return "new";
}

std::vector<ComparedFinding> compare_findings(const std::vector<Finding>& before,
                                              const std::vector<Finding>& now) {
  std::unordered_map<std::string_view, int> old;
  for (const Finding& finding : before) ++old[finding.fingerprint];
  std::vector<ComparedFinding> compared;
  for (const Finding& finding : now) {
    auto found = old.find(finding.fingerprint);
    bool was_there = found != old.end() && found->second > 0;
    if (was_there) --found->second;
    compared.push_back({finding, was_there ? FindingChange::kUnchanged : FindingChange::kNew});
  }
  for (const Finding& finding : before) {
    int& left = old[finding.fingerprint];
    if (left == 0) continue;
    --left;
    compared.push_back({finding, FindingChange::kFixed});
  }
  return compared;
}

}  // namespace glovebox
