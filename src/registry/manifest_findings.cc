#include "registry/manifest_findings.h"

#include <fmt/format.h>

#include "base/clean_text.h"
#include "findings/project_paths.h"
#include "findings/spec_check.h"
#include "findings/text/line_pattern.h"

namespace glovebox {
namespace {

FindingPattern read_pattern(TableReader& reader) {
  FindingPattern pattern;
  pattern.regexp =
      reader.text("regexp", {.max_bytes = kMaxFindingRegexpBytes, .presence = Presence::kRequired});
  auto group = [&](std::string_view key) {
    return static_cast<int>(reader.integer(key, 1, 32).value_or(0));
  };
  pattern.file = group("file");
  pattern.line = group("line");
  pattern.column = group("column");
  pattern.end_line = group("endLine");
  pattern.end_column = group("endColumn");
  pattern.severity = group("severity");
  pattern.code = group("code");
  pattern.message = group("message");
  pattern.loop = reader.boolean("loop").value_or(false);
  reader.refuse_other_keys();
  return pattern;
}

void read_severity_map(TableReader& findings, ProblemList& problems, FindingsSpec& spec) {
  const toml::table* table = findings.table("severity_map");
  if (!table) return;
  TableReader reader(*table, "findings.severity_map.", problems);
  for (const auto& [key, node] : *table) {
    std::string word(key.str());
    std::string name = reader.text(word, {.max_bytes = 16});
    if (auto severity = find_finding_severity(name)) {
      spec.severity_map[word] = *severity;
    } else {
      problems.add(static_cast<int>(node.source().begin.line),
                   "findings.severity_map." + clean_line(word, 64),
                   "must be error, warning or note");
    }
  }
}

}  // namespace

void read_findings(TableReader& manifest, ProblemList& problems, Tool& tool) {
  const toml::table* table = manifest.table("findings");
  tool.in_checkup = manifest.boolean("checkup").value_or(table != nullptr);
  if (!table) return;
  TableReader reader(*table, "findings.", problems);
  FindingsSpec spec;
  spec.format = reader.text("format", {.max_bytes = 64, .presence = Presence::kRequired});
  spec.file = reader.text("file", {.max_bytes = kMaxPathBytes, .presence = Presence::kNotEmpty});
  spec.url = reader.text("url", {.max_bytes = 1000, .presence = Presence::kNotEmpty});
  std::size_t number = 0;
  for (const toml::table* each : reader.tables("patterns", kMaxFindingPatterns)) {
    TableReader pattern(*each, fmt::format("findings.patterns[{}].", number++), problems);
    spec.patterns.push_back(read_pattern(pattern));
  }
  read_severity_map(reader, problems, spec);
  reader.refuse_other_keys();
  if (!problems.empty()) return;
  for (const SpecProblem& problem : check_findings_spec(spec)) {
    std::string key = problem.field.substr(0, problem.field.find_first_of(".["));
    std::string rest = problem.field.substr(key.size());
    reader.complain(key, rest.empty() ? problem.reason : rest + ": " + problem.reason);
  }
  tool.findings = std::move(spec);
}

}  // namespace glovebox
