#include "findings/text/text_reader.h"

#include <algorithm>

#include "base/clean_text.h"
#include "findings/severity_words.h"

namespace glovebox {
namespace {

// A caret is expected within the lines of source that follow a finding.
constexpr int kMostLinesToCaret = 4;

bool ends_a_rule_name(char c) {
  return c == ' ' || c == '\t';
}

bool may_be_rule_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxRuleBytes) return false;
  bool begins =
      name[0] == '-' || (name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z');
  return begins && std::none_of(name.begin(), name.end(), [](char c) {
           return c == ' ' || c == '\t' || c == '[' || c == ']' || c == '(' || c == ')';
         });
}

// Splits "… [name]" or "… (name)".
void split_rule_name(RawFinding& finding, char open, char close) {
  std::string& message = finding.message;
  if (!finding.rule.empty() || !message.ends_with(close)) return;
  std::size_t begin = message.rfind(open);
  if (begin == std::string::npos || begin == 0 || !ends_a_rule_name(message[begin - 1])) return;
  std::string_view name = std::string_view(message).substr(begin + 1);
  name.remove_suffix(1);
  // clang-tidy and gcc add to the name that a warning was turned into an error.
  if (std::size_t comma = name.find(",-warnings-as-errors"); comma != std::string_view::npos) {
    name = name.substr(0, comma);
  }
  if (!may_be_rule_name(name)) return;
  constexpr std::string_view werror = "-Werror=";
  finding.rule =
      name.starts_with(werror) ? "-W" + std::string(name.substr(werror.size())) : std::string(name);
  message.erase(message.find_last_not_of(" \t", begin - 1) + 1);
}

// MSBuild adds the project at the end of a message.
void cut_project_file(std::string& message) {
  std::size_t begin = message.rfind(" [");
  if (begin == std::string::npos || begin == 0 || !message.ends_with("proj]")) return;
  message.erase(begin);
}

bool looks_like_path(std::string_view path) {
  return path.find_first_of(" \t") == std::string_view::npos &&
         path.find_first_of("./\\") != std::string_view::npos;
}

// The visible rest of a line after carriage returns, as on a terminal.
std::string_view after_returns(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  std::size_t last = line.rfind('\r');
  return last == std::string_view::npos ? line : line.substr(last + 1);
}

// The column if the line contains only a caret; 0 otherwise.
std::int32_t caret_column(std::string_view line) {
  std::size_t at = line.find_first_not_of(" \t");
  if (at == std::string_view::npos || line[at] != '^') return 0;
  if (line.find_first_not_of("^~ \t", at) != std::string_view::npos) return 0;
  return static_cast<std::int32_t>(at) + 1;
}

}  // namespace

TextReader::TextReader(FindingsSpec spec, std::shared_ptr<const TextFormat> format,
                       std::shared_ptr<const ProjectFiles> files, FindingReaderOptions options)
    : spec_(std::move(spec)),
      format_(std::move(format)),
      files_(std::move(files)),
      options_(std::move(options)) {
  for (int i = 0; i < 2; ++i) {
    streams_[i].emplace(
        Stream{LineSplitter([this, i](std::string_view line) { take_line(*streams_[i], line); }),
               LineMatcher(format_, [this](const RawFinding& raw, const CompiledRule& rule) {
                 return take_finding(*current_, raw, rule);
               })});
  }
}

bool TextReader::reads(FindingStream stream) const {
  return stream != FindingStream::kFile;
}

void TextReader::write(FindingStream stream, std::string_view bytes) {
  if (!reads(stream)) return;
  streams_[stream == FindingStream::kStderr]->splitter.write(bytes);
}

void TextReader::close() {
  for (auto& stream : streams_) stream->splitter.close();
}

void TextReader::take_line(Stream& stream, std::string_view line) {
  ++line_number_;
  current_ = &stream;
  std::string clean = inert_line(after_returns(line), LineSplitter::kMaxLineBytes);
  if (clean.empty()) {
    stream.matcher.line("");
    return;
  }
  if (format_->caret_is_column && stream.owns_last && stream.lines_since < kMostLinesToCaret) {
    ++stream.lines_since;
    std::int32_t column = caret_column(clean);
    if (column > 0 && list_.last_place().column == 0) {
      list_.set_column(column);
      stream.owns_last = false;
      return;
    }
  }
  stream.matcher.line(clean);
}

bool TextReader::take_finding(Stream& stream, const RawFinding& raw, const CompiledRule& rule) {
  SourcePlace place{project_path(raw.path, options_.folder, *files_), raw.line, raw.column,
                    raw.end_line, raw.end_column};
  if (!is_trusted(raw, rule.trust, !place.path.empty())) return false;
  RawFinding named = raw;
  if (format_->rule_name == RuleName::kInBracketsAtEnd) split_rule_name(named, '[', ']');
  if (format_->rule_name == RuleName::kInParenthesesAtEnd) split_rule_name(named, '(', ')');
  cut_project_file(named.message);
  if (named.message.empty()) named.message = named.rule.empty() ? "no message" : named.rule;
  if (place.path.empty() && !raw.path.empty()) named.message = raw.path + ": " + named.message;
  if (belongs_to_last(stream, raw, place)) {
    list_.relate({std::move(place), std::move(named.message)});
    return true;
  }
  FindingSeverity severity =
      find_severity(named.severity, spec_.severity_map).value_or(rule.fallback);
  list_.add({std::move(place),
             severity,
             std::move(named.rule),
             std::move(named.message),
             "",
             line_number_,
             {}});
  for (auto& other : streams_) other->owns_last = false;
  stream.owns_last = true;
  stream.lines_since = 0;
  return true;
}

bool TextReader::is_trusted(const RawFinding& raw, Trust trust, bool in_project) const {
  switch (trust) {
    case Trust::kAny:
      return true;
    case Trust::kPathLike:
      return in_project || looks_like_path(raw.path);
    case Trust::kProjectFile:
      return in_project;
  }
  return false;
}

// gcc, clang and cppcheck print notes with a column, in any file; mypy's notes are about the same
// line as the finding, or separate findings.
bool TextReader::belongs_to_last(const Stream& stream, const RawFinding& raw,
                                 const SourcePlace& place) const {
  if (!format_->notes_follow || !stream.owns_last) return false;
  if (raw.severity != "note" && raw.severity != "help") return false;
  if (raw.column > 0) return true;
  return place.path == list_.last_place().path && place.line == list_.last_place().line;
}

}  // namespace glovebox
