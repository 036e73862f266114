// Hostile output of a tool, read for findings and written as reports. The first byte chooses the
// format, the second how the output is cut; the rest is the output. For SARIF a dictionary of its
// keys helps:
//   findings_fuzz -max_len=8192 CORPUS seeds/findings_fuzz
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/json/parse.hpp>

#include "base/clean_text.h"
#include "findings/finding_reader.h"
#include "findings/report/report.h"
#include "findings/source/fingerprint.h"
#include "findings/text/named_formats.h"

namespace {

using namespace glovebox;

void require(bool condition) {
  if (!condition) std::abort();
}

class Project : public ProjectFiles, public SourceFiles {
 public:
  bool has_file(std::string_view path) const override { return path == "a.c" || path == "src/b.c"; }
  std::string read(std::string_view path, std::size_t) override {
    require(path.empty() || has_file(path));
    return "int a;\n\xFF\x1b[1m\n";
  }
};

// 0 is SARIF, 1 are patterns, the others have names.
FindingsSpec spec_for(std::uint8_t choice) {
  std::size_t number = choice % (named_formats().size() + 2);
  if (number == 0) return {.format = "sarif"};
  if (number > 1) return {.format = std::string(named_formats()[number - 2].name)};
  FindingsSpec spec{.format = "patterns"};
  spec.patterns = {{.regexp = "^(.+)$", .file = 1},
                   {.regexp = R"((\d+),(\d+) (\w*) (.*))",
                    .line = 1,
                    .column = 2,
                    .severity = 3,
                    .message = 4,
                    .loop = true}};
  return spec;
}

std::vector<Finding> read(const FindingsSpec& spec, std::string_view output, std::size_t piece) {
  auto reader = make_finding_reader(spec, std::make_shared<Project>());
  require(reader.has_value());
  for (std::size_t i = 0; i < output.size(); i += piece) {
    (*reader)->write(FindingStream::kStdout, output.substr(i, piece));
  }
  (*reader)->close();
  const FindingCounts& counts = (*reader)->list().counts();
  require(counts.total == counts.error + counts.warning + counts.note);
  require(counts.truncated ||
          counts.total == static_cast<std::int64_t>((*reader)->list().findings().size()));
  return (*reader)->take();
}

void check(const Finding& finding) {
  require(finding.place.path.empty() || Project().has_file(finding.place.path));
  require(finding.message.size() <= kMaxMessageBytes && finding.rule.size() <= kMaxRuleBytes);
  require(clean_line(finding.message, kMaxMessageBytes) == finding.message);
  require(clean_line(finding.rule, kMaxRuleBytes) == finding.rule);
  require(finding.place.line >= 0 && finding.place.column >= 0 && finding.place.end_column >= 0);
  require(finding.related.size() <= kMaxRelatedPlaces);
}

void write_reports(const std::vector<Finding>& findings) {
  ReportRun run{.tool_id = "t", .tool_name = "T", .rule_url = "https://example.org/{rule}"};
  run.findings = findings;
  for (ReportFormat format : {ReportFormat::kSarif, ReportFormat::kCheckstyle, ReportFormat::kJunit,
                              ReportFormat::kGitlab, ReportFormat::kGithub, ReportFormat::kText}) {
    std::string text;
    write_report(format, std::span(&run, 1), [&](std::string_view piece) { text += piece; });
    if (format == ReportFormat::kSarif || format == ReportFormat::kGitlab) {
      boost::json::parse(text);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  FindingsSpec spec = spec_for(data[0]);
  std::string_view output(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::vector<Finding> findings = read(spec, output, 1 + data[1]);
  require(findings == read(spec, output, output.size() + 1));
  for (const Finding& finding : findings) check(finding);
  Project project;
  set_fingerprints(findings, project);
  for (const Finding& finding : findings) {
    auto back = finding_from_json(to_json(finding));
    require(back.has_value() && *back == finding);
  }
  write_reports(findings);
  return 0;
}
