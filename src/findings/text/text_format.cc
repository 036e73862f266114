#include "findings/text/text_format.h"

#include <fmt/format.h>

namespace glovebox {
namespace {

CompiledRule compile_rule(const FormatRule& rule) {
  CompiledRule compiled{{}, rule.fallback, rule.trust, rule.loop};
  for (std::string_view regexp : rule.regexps) {
    compiled.patterns.push_back(LinePattern::compile_named(regexp));
  }
  return compiled;
}

std::shared_ptr<const TextFormat> compile_named_format(const NamedFormat& named) {
  auto format = std::make_shared<TextFormat>();
  for (const FormatRule& rule : named.rules) format->rules.push_back(compile_rule(rule));
  format->rule_name = named.rule_name;
  format->notes_follow = named.notes_follow;
  format->caret_is_column = named.caret_is_column;
  return format;
}

}  // namespace

Result<std::shared_ptr<const TextFormat>> compile_text_format(const FindingsSpec& spec) {
  if (const NamedFormat* named = find_named_format(spec.format))
    return compile_named_format(*named);
  auto format = std::make_shared<TextFormat>();
  // Without a severity word a match is an error, as in VS Code.
  CompiledRule rule{.fallback = FindingSeverity::kError};
  for (const FindingPattern& pattern : spec.patterns) {
    GB_TRY(LinePattern compiled, LinePattern::compile(pattern));
    rule.patterns.push_back(std::move(compiled));
    rule.loop = pattern.loop;
  }
  if (rule.patterns.empty()) {
    return validation_error(fmt::format("format: there is no format \"{}\"", spec.format));
  }
  format->rules.push_back(std::move(rule));
  return std::shared_ptr<const TextFormat>(std::move(format));
}

LineMatcher::LineMatcher(std::shared_ptr<const TextFormat> format, Sink sink)
    : format_(std::move(format)), sink_(std::move(sink)), progress_(format_->rules.size()) {}

void LineMatcher::line(std::string_view line) {
  if (match_single(line)) {
    for (Progress& progress : progress_) progress = {};
    return;
  }
  for (std::size_t i = 0; i < progress_.size(); ++i) {
    const CompiledRule& rule = format_->rules[i];
    bool several = rule.patterns.size() > 1 || rule.loop;
    if (several && advance(rule, progress_[i], line)) return;
  }
}

bool LineMatcher::match_single(std::string_view line) {
  for (const CompiledRule& rule : format_->rules) {
    if (rule.patterns.size() > 1 || rule.loop) continue;
    RawFinding finding;
    if (rule.patterns[0].match(line, finding) && sink_(finding, rule)) return true;
  }
  return false;
}

// A line that does not continue a match may begin another one.
bool LineMatcher::advance(const CompiledRule& rule, Progress& progress, std::string_view line) {
  bool had_begun = progress.next > 0;
  if (step(rule, progress, line)) return true;
  if (!had_begun || progress.next > 0) return false;
  return step(rule, progress, line);
}

// Whether a finding was accepted. If the pattern does not match, no match is in progress
// afterwards.
bool LineMatcher::step(const CompiledRule& rule, Progress& progress, std::string_view line) {
  RawFinding finding = progress.so_far;
  if (!rule.patterns[progress.next].match(line, finding)) {
    progress = {};
    return false;
  }
  if (progress.next + 1 < rule.patterns.size()) {
    progress.so_far = std::move(finding);
    ++progress.next;
    return false;
  }
  if (!rule.loop) progress = {};
  return sink_(finding, rule);
}

}  // namespace glovebox
