// Output of real tools, with the expected findings: NAME.in and NAME.ok of the test data, which the
// project does not contain (docs/hacking.md).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "findings/finding_reader.h"
#include "findings/text/line_pattern.h"

namespace glovebox {
namespace {

std::filesystem::path samples() {
  const char* data = std::getenv("GLOVEBOX_TEST_DATA");
  std::filesystem::path folder = data != nullptr ? data : GLOVEBOX_SOURCE_DIR "/../shared/data";
  return folder / "tool-output";
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// "PATH|LINE col COLUMN …| message". A line that begins with "||" is not a finding.
std::vector<SourcePlace> expected_places(const std::string& ok) {
  std::vector<SourcePlace> places;
  std::istringstream lines(ok);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("||") || line.empty()) continue;
    SourcePlace place;
    std::size_t bar = line.find('|');
    place.path = line.substr(0, bar);
    std::istringstream rest(line.substr(bar + 1, line.find('|', bar + 1) - bar - 1));
    std::string word;
    if (rest >> word) place.line = small_number(word);
    if (rest >> word && word == "col" && rest >> word) place.column = small_number(word);
    places.push_back(place);
  }
  return places;
}

std::vector<Finding> read_findings(const std::string& format, const std::string& output,
                                   const std::vector<SourcePlace>& expected) {
  std::vector<std::string> files;
  for (const SourcePlace& place : expected) {
    if (!place.path.starts_with('/')) files.push_back(normal_path(place.path));
  }
  FindingsSpec spec;
  spec.format = format;
  auto reader = make_finding_reader(spec, std::make_shared<FileList>(files));
  EXPECT_TRUE(reader.has_value()) << format;
  // Split at every possible position.
  for (std::size_t i = 0; i < output.size(); i += 7) {
    (*reader)->write(FindingStream::kStdout, std::string_view(output).substr(i, 7));
  }
  (*reader)->close();
  return (*reader)->take();
}

// With the path as printed: it is in the message if the project has no such file.
std::string place_text(const SourcePlace& place) {
  return place.path + "|" + std::to_string(place.line) + "|" + std::to_string(place.column);
}

std::string found_text(const Finding& finding, const SourcePlace& expected) {
  SourcePlace place = finding.place;
  bool in_message = place.path.empty() && !expected.path.empty() &&
                    finding.message.starts_with(expected.path + ": ");
  if (in_message || place.path == normal_path(expected.path)) place.path = expected.path;
  return place_text(place);
}

void expect_places(const std::string& format, const std::string& sample) {
  std::vector<SourcePlace> expected = expected_places(read(samples() / (sample + ".ok")));
  ASSERT_FALSE(expected.empty()) << sample;
  auto findings = read_findings(format, read(samples() / (sample + ".in")), expected);
  EXPECT_EQ(findings.size(), expected.size()) << format << " on " << sample;
  for (std::size_t i = 0; i < std::min(findings.size(), expected.size()); ++i) {
    EXPECT_EQ(found_text(findings[i], expected[i]), place_text(expected[i]))
        << format << " on " << sample << ": " << findings[i].message;
  }
}

TEST(ToolSamplesTest, EachSampleGivesItsFindings) {
  if (!std::filesystem::exists(samples())) GTEST_SKIP() << "no samples at " << samples();
  for (const auto& [format, sample] :
       std::vector<std::pair<std::string, std::string>>{{"bandit", "bandit"},
                                                        {"black", "black"},
                                                        {"clippy", "clippy"},
                                                        {"rustc-short", "clippy"},
                                                        {"gnu", "clippy"},
                                                        {"eslint-compact", "eslint-compact"},
                                                        {"eslint-stylish", "eslint"},
                                                        {"eslint", "eslint"},
                                                        {"eslint", "eslint-compact"},
                                                        {"flake8", "flake8"},
                                                        {"golint", "golint"},
                                                        {"go", "golint"},
                                                        {"luacheck", "luacheck"},
                                                        {"misspell", "misspell"},
                                                        {"msbuild", "msbuild"},
                                                        {"mypy", "mypy"},
                                                        {"gnu", "mypy"},
                                                        {"pep8", "pep8"},
                                                        {"rubocop", "rubocop"},
                                                        {"unix", "misspell"},
                                                        {"unix", "golint"}}) {
    expect_places(format, sample);
  }
}

TEST(ToolSamplesTest, NoSampleIsLeftOut) {
  if (!std::filesystem::exists(samples())) GTEST_SKIP() << "no samples at " << samples();
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(samples())) {
    count += entry.path().extension() == ".ok";
  }
  EXPECT_EQ(count, 13);
}

}  // namespace
}  // namespace glovebox
