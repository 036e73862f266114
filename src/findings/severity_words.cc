#include "findings/severity_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace glovebox {
namespace {

constexpr auto kWordForError = FindingSeverity::kError;
constexpr auto kWordForWarning = FindingSeverity::kWarning;
constexpr auto kWordForNote = FindingSeverity::kNote;

// Letters as used by pylint and rubocop; digits are flawfinder's risk levels.
constexpr std::array<std::pair<std::string_view, FindingSeverity>, 55> kWords{{
    {"error", kWordForError},
    {"fatal error", kWordForError},
    {"fatal", kWordForError},
    {"internal compiler error", kWordForError},
    {"critical", kWordForError},
    {"sorry, unimplemented", kWordForError},
    {"blocker", kWordForError},
    {"high", kWordForError},
    {"err", kWordForError},
    {"severe", kWordForError},
    {"failure", kWordForError},
    {"syntax error", kWordForError},
    {"e", kWordForError},
    {"f", kWordForError},
    {"parser error", kWordForError},
    {"\xE2\x9C\x96", kWordForError},
    {"\xC3\x97", kWordForError},
    {"5", kWordForError},
    {"4", kWordForError},
    {"emergency", kWordForError},
    {"warning", kWordForWarning},
    {"warn", kWordForWarning},
    {"medium", kWordForWarning},
    {"major", kWordForWarning},
    {"minor", kWordForWarning},
    {"moderate", kWordForWarning},
    {"style", kWordForWarning},
    {"performance", kWordForWarning},
    {"portability", kWordForWarning},
    {"w", kWordForWarning},
    {"\xE2\x9A\xA0", kWordForWarning},
    {"3", kWordForWarning},
    {"2", kWordForWarning},
    {"undefined", kWordForWarning},
    {"parser warning", kWordForWarning},
    {"validity error", kWordForError},
    {"namespace error", kWordForError},
    {"note", kWordForNote},
    {"info", kWordForNote},
    {"information", kWordForNote},
    {"low", kWordForNote},
    {"hint", kWordForNote},
    {"help", kWordForNote},
    {"remark", kWordForNote},
    {"message", kWordForNote},
    {"suggestion", kWordForNote},
    {"convention", kWordForNote},
    {"refactor", kWordForNote},
    {"debug", kWordForNote},
    {"c", kWordForNote},
    {"r", kWordForNote},
    {"i", kWordForNote},
    {"1", kWordForNote},
    {"0", kWordForNote},
    {"\xE2\x84\xB9", kWordForNote},
}};

}  // namespace

std::optional<FindingSeverity> find_severity(std::string_view word,
                                             const std::map<std::string, FindingSeverity>& map) {
  if (auto found = map.find(std::string(word)); found != map.end()) return found->second;
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (auto found = map.find(lower); found != map.end()) return found->second;
  for (const auto& [name, severity] : kWords) {
    if (name == lower) return severity;
  }
  return std::nullopt;
}

}  // namespace glovebox
