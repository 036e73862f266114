// TextFormat: a named format or a manifest's patterns, compiled; and LineMatcher, which applies it
// to one stream.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "findings/text/line_pattern.h"
#include "findings/text/named_formats.h"
#include "model/findings_spec.h"

namespace glovebox {

struct CompiledRule {
  std::vector<LinePattern> patterns;
  FindingSeverity fallback = FindingSeverity::kWarning;
  Trust trust = Trust::kAny;
  bool loop = false;
};

// Immutable; shared by any number of matchers.
struct TextFormat {
  std::vector<CompiledRule> rules;
  RuleName rule_name = RuleName::kInGroup;
  bool notes_follow = false;
  bool caret_is_column = false;
};

// For a spec without problems (spec_check.h); kValidation otherwise.
Result<std::shared_ptr<const TextFormat>> compile_text_format(const FindingsSpec& spec);

class LineMatcher {
 public:
  // Returns whether the finding is accepted; if not, later rules are tried.
  using Sink = std::function<bool(const RawFinding&, const CompiledRule&)>;

  LineMatcher(std::shared_ptr<const TextFormat> format, Sink sink);

  void line(std::string_view line);

 private:
  // The progress of a rule with several lines.
  struct Progress {
    std::size_t next = 0;  // pattern
    RawFinding so_far;
  };

  bool match_single(std::string_view line);
  bool advance(const CompiledRule& rule, Progress& progress, std::string_view line);
  bool step(const CompiledRule& rule, Progress& progress, std::string_view line);

  std::shared_ptr<const TextFormat> format_;
  Sink sink_;
  std::vector<Progress> progress_;  // in addition to the format's rules
};

}  // namespace glovebox
