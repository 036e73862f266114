#include "findings/sarif/sarif_reader.h"

#include <fmt/format.h>

#include "findings/severity_words.h"

namespace glovebox {
namespace {

// Bounds of a run's tables; entries over them are not looked up.
constexpr std::size_t kMaxRules = 10'000;
constexpr std::size_t kMaxArtifacts = 25'000;
constexpr std::size_t kMaxBases = 32;
constexpr int kMaxBaseSteps = 4;
// Bound of the results that wait for their rules.
constexpr std::size_t kMaxWaitingBytes = 8 << 20;

}  // namespace

SarifReader::SarifReader(FindingsSpec spec, std::shared_ptr<const ProjectFiles> files,
                         FindingReaderOptions options)
    : spec_(std::move(spec)),
      files_(std::move(files)),
      options_(std::move(options)),
      stream_([this](SarifItem item, std::string_view name, const boost::json::value& value) {
        take_item(item, name, value);
      }) {}

bool SarifReader::reads(FindingStream stream) const {
  return stream == (spec_.file.empty() ? FindingStream::kStdout : FindingStream::kFile);
}

void SarifReader::write(FindingStream stream, std::string_view bytes) {
  if (reads(stream)) stream_.write(bytes);
}

void SarifReader::close() {
  add_waiting();
  if (!stream_.error().empty()) {
    problem_ = fmt::format("the SARIF is invalid: {}", stream_.error());
  } else if (!stream_.has_begun()) {
    problem_ = "there is no SARIF: no text begins with '{'";
  } else if (!stream_.is_complete()) {
    problem_ = "the SARIF is truncated";
  } else if (stream_.left_out() > 0) {
    problem_ = fmt::format("{} items of the SARIF are larger than {} bytes and were left out",
                           stream_.left_out(), kMaxSarifItemBytes);
  }
}

void SarifReader::take_item(SarifItem item, std::string_view name,
                            const boost::json::value& value) {
  switch (item) {
    case SarifItem::kRule:
      if (run_.rules.size() >= kMaxRules) return;
      run_.rules.push_back(read_sarif_rule(value));
      run_.rule_numbers.emplace(run_.rules.back().id, run_.rules.size() - 1);
      return;
    case SarifItem::kArtifact:
      if (run_.artifacts.size() < kMaxArtifacts) {
        run_.artifacts.push_back(read_artifact_location(value).uri);
      }
      return;
    case SarifItem::kBase:
      if (run_.bases.size() < kMaxBases)
        run_.bases[std::string(name)] = read_artifact_location(value);
      return;
    case SarifItem::kResult:
      if (auto result = read_sarif_result(value)) take_result(std::move(*result));
      return;
    case SarifItem::kToolEnd:
      run_.tool_is_known = true;
      return;
    case SarifItem::kRunEnd:
      add_waiting();
      run_ = {};
      return;
  }
}

// A result waits for data that follows it, as long as there is room.
void SarifReader::take_result(SarifResult result) {
  bool wants_artifacts = result.place.uri.empty() && result.place.index >= 0;
  bool wants_tool = !run_.tool_is_known;
  std::size_t bytes = result.text_bytes();
  bool room = run_.waiting.size() < kMaxFindings && run_.waiting_bytes + bytes <= kMaxWaitingBytes;
  if ((wants_artifacts || wants_tool) && room) {
    run_.waiting_bytes += bytes;
    run_.waiting.push_back(std::move(result));
    return;
  }
  add(result);
}

void SarifReader::add_waiting() {
  for (const SarifResult& result : run_.waiting) add(result);
  run_.waiting.clear();
  run_.waiting_bytes = 0;
}

void SarifReader::add(const SarifResult& result) {
  const SarifRule* rule = rule_of(result);
  Finding finding;
  finding.rule = !result.rule_id.empty() || rule == nullptr ? result.rule_id : rule->id;
  finding.message = result.message;
  if (finding.message.empty() && rule != nullptr) {
    auto found = rule->messages.find(result.message_id);
    if (found != rule->messages.end()) finding.message = found->second;
  }
  finding.message = fill_placeholders(finding.message, result.arguments);
  if (finding.message.empty()) finding.message = finding.rule.empty() ? "no message" : finding.rule;
  std::string level = result.level.empty() && rule != nullptr ? rule->level : result.level;
  finding.severity = find_severity(level, spec_.severity_map).value_or(FindingSeverity::kWarning);
  finding.place = result.place.place;
  finding.place.path = path_in_project(result.place);
  std::string printed = printed_path(result.place);
  if (finding.place.path.empty() && !printed.empty()) {
    finding.message = printed + ": " + finding.message;
  }
  list_.add(std::move(finding));
  for (const SarifPlace& each : result.related) {
    RelatedPlace related{each.place, each.message};
    related.place.path = path_in_project(each);
    list_.relate(std::move(related));
  }
}

const SarifRule* SarifReader::rule_of(const SarifResult& result) const {
  if (result.rule_index >= 0 && static_cast<std::size_t>(result.rule_index) < run_.rules.size()) {
    const SarifRule& rule = run_.rules[static_cast<std::size_t>(result.rule_index)];
    if (result.rule_id.empty() || result.rule_id == rule.id ||
        result.rule_id.starts_with(rule.id + "/")) {
      return &rule;
    }
  }
  auto found = run_.rule_numbers.find(result.rule_id);
  return found == run_.rule_numbers.end() ? nullptr : &run_.rules[found->second];
}

std::string SarifReader::printed_path(const SarifPlace& place) const {
  if (!place.uri.empty()) return path_of_uri(place.uri);
  if (place.index < 0 || static_cast<std::size_t>(place.index) >= run_.artifacts.size()) return "";
  return path_of_uri(run_.artifacts[static_cast<std::size_t>(place.index)]);
}

// First with its base, then unchanged: a base is often a path of the machine that wrote the rules.
std::string SarifReader::path_in_project(const SarifPlace& place) const {
  std::string path = printed_path(place);
  if (path.empty()) return "";
  std::string based = path;
  std::string base = place.base;
  for (int step = 0; step < kMaxBaseSteps && !base.empty() && !based.starts_with('/'); ++step) {
    auto found = run_.bases.find(base);
    if (found == run_.bases.end()) break;
    std::string folder = path_of_uri(found->second.uri);
    if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    based.insert(0, folder);
    base = found->second.base;
  }
  if (std::string found = project_path(based, options_.folder, *files_); !found.empty())
    return found;
  return project_path(path, options_.folder, *files_);
}

}  // namespace glovebox
