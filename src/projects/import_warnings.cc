#include "projects/import_warnings.h"

#include <utility>

#include "projects/relative_path.h"

namespace glovebox {
namespace {

// A record has at most 100 warnings, so this bounds its size.
constexpr std::size_t kLongestShownPath = 300;
constexpr std::size_t kLongestMessage = 600;

// At a character boundary, so that it stays UTF-8.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "\u2026";
}

}  // namespace

void ImportWarnings::add(std::string_view entry, std::string_view message) {
  if (++notes_.warning_count > static_cast<std::int64_t>(kMaxProjectWarnings)) return;
  notes_.warnings.push_back({cut(shown_entry_name(entry), kLongestShownPath),
                             cut(std::string(message), kLongestMessage)});
}

void ImportWarnings::left_out_clutter(std::string_view entry) {
  if (clutter_++ == 0) first_clutter_ = entry;
}

void ImportWarnings::finish(ImportNotes& notes) {
  if (clutter_ > 0) {
    // First, so that it is among the warnings that are stored.
    std::string message = clutter_ == 1
                              ? "was added by macOS or Windows and is left out"
                              : "and " + std::to_string(clutter_ - 1) +
                                    " more entries that macOS or Windows added are left out";
    if (notes_.warnings.size() >= kMaxProjectWarnings) notes_.warnings.pop_back();
    notes_.warnings.insert(notes_.warnings.begin(),
                           {cut(shown_entry_name(first_clutter_), kLongestShownPath), message});
    ++notes_.warning_count;
  }
  notes.warnings = std::move(notes_.warnings);
  notes.warning_count = notes_.warning_count;
}

}  // namespace glovebox
