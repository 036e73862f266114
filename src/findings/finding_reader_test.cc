#include "findings/finding_reader.h"

#include <gtest/gtest.h>

#include "findings/text/line_pattern.h"
#include "findings/text/named_formats.h"

namespace glovebox {
namespace {

std::unique_ptr<FindingReader> make(FindingsSpec spec, std::vector<std::string> files) {
  auto reader = make_finding_reader(spec, std::make_shared<FileList>(std::move(files)));
  EXPECT_TRUE(reader.has_value()) << (reader.has_error() ? reader.error().message() : "");
  return std::move(*reader);
}

std::vector<Finding> read(const std::string& format, std::string_view output,
                          std::vector<std::string> files = {"a.c", "src/b.c"}) {
  auto reader = make({.format = format}, std::move(files));
  reader->write(FindingStream::kStdout, output);
  reader->close();
  return reader->take();
}

Finding only(const std::string& format, std::string_view output,
             std::vector<std::string> files = {"a.c", "src/b.c"}) {
  std::vector<Finding> findings = read(format, output, std::move(files));
  EXPECT_EQ(findings.size(), 1U) << output;
  return findings.empty() ? Finding{} : findings[0];
}

TEST(FindingReaderTest, EveryNamedFormatCompiles) {
  for (const NamedFormat& format : named_formats()) {
    EXPECT_FALSE(format.rules.empty()) << format.name;
    for (const FormatRule& rule : format.rules) {
      for (std::string_view regexp : rule.regexps) {
        auto compiled = LinePattern::compile({.regexp = std::string(regexp)});
        EXPECT_TRUE(compiled.has_value())
            << format.name << ": " << (compiled.has_error() ? compiled.error().message() : "");
      }
    }
  }
}

TEST(FindingReaderTest, GccsColoursAreRemovedAndItsNotesAreRelatedLocations) {
  auto findings = read("gnu",
                       "src/b.c: In function 'main':\n"
                       "\x1b[01m\x1b[Ksrc/b.c:4:7:\x1b[m\x1b[K \x1b[01;35m\x1b[Kwarning: "
                       "\x1b[m\x1b[Kunused variable 'x' [\x1b[01;35m\x1b[K-Wunused-variable\x1b[m"
                       "\x1b[K]\n    4 |   int x;\n      |       ^\n"
                       "a.c:1:5: note: declared here\n"
                       "./src/b.c:9:1: error: expected ';' before '}' token\n");
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].place, (SourcePlace{"src/b.c", 4, 7}));
  EXPECT_EQ(findings[0].rule, "-Wunused-variable");
  EXPECT_EQ(findings[0].message, "unused variable 'x'");
  EXPECT_EQ(findings[0].severity, FindingSeverity::kWarning);
  EXPECT_EQ(findings[0].output_line, 2);
  ASSERT_EQ(findings[0].related.size(), 1U);
  EXPECT_EQ(findings[0].related[0], (RelatedPlace{{"a.c", 1, 5}, "declared here"}));
  EXPECT_EQ(findings[1].severity, FindingSeverity::kError);
  EXPECT_EQ(findings[1].output_line, 6);
}

TEST(FindingReaderTest, ToolsWithGccsFormat) {
  Finding cppcheck = only("gnu", "a.c:3:5: style: Unused variable: x [unusedVariable]\n");
  EXPECT_EQ(cppcheck.rule, "unusedVariable");
  EXPECT_EQ(cppcheck.severity, FindingSeverity::kWarning);
  EXPECT_EQ(only("gnu", "a.c:3:5: note: Double quote to prevent globbing. [SC2086]\n").rule,
            "SC2086");
  Finding flawfinder = only("gnu", "./a.c:3:5:  [4] (buffer) strcpy:Does not check (CWE-120).\n");
  EXPECT_EQ(flawfinder.rule, "strcpy");
  EXPECT_EQ(flawfinder.severity, FindingSeverity::kError);
  EXPECT_EQ(only("gnu", "./a.c:3:  [2] (buffer) char:\n  Statically-sized arrays\n").message,
            "Statically-sized arrays");
  Finding tidy = only("clang", "/work/a.c:3:5: error: x [bugprone-x,-warnings-as-errors]\n");
  EXPECT_EQ(tidy.rule, "bugprone-x");
  EXPECT_EQ(tidy.place.path, "a.c");
  EXPECT_EQ(only("gnu", "a.c:3:5: error: x [-Werror=shadow]\n").rule, "-Wshadow");
  Finding bison = only("gnu", "a.c:3.5-10: warning: empty rule [-Wother]\n");
  EXPECT_EQ(bison.place, (SourcePlace{"a.c", 3, 5, 0, 10}));
  EXPECT_EQ(only("gnu", "/usr/bin/ld: a.c:7: undefined reference to `f'\n").place.line, 7);
  EXPECT_TRUE(read("gnu", "12:30:45: starting\nmake: *** [all] Error 1\n").empty());
}

TEST(FindingReaderTest, MypysNotesOfTheSameLineBelongToIt) {
  auto findings = read("mypy",
                       "a.c:3: error: Bad  [attr-defined]\na.c:3: note: See here\n"
                       "a.c:5: note: Revealed type\n");
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].rule, "attr-defined");
  EXPECT_EQ(findings[0].message, "Bad");
  EXPECT_EQ(findings[0].related.size(), 1U);
  EXPECT_EQ(findings[1].severity, FindingSeverity::kNote);
}

TEST(FindingReaderTest, ShellchecksNotesAreFindings) {
  std::vector<Finding> findings = read("shellcheck",
                                       "a.c:3:1: warning: Use 'cd ... || exit'. [SC2164]\n"
                                       "a.c:3:4: note: Double quote. [SC2086]\n");
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[1].severity, FindingSeverity::kNote);
  EXPECT_EQ(findings[1].rule, "SC2086");
}

TEST(FindingReaderTest, OtherFormats) {
  EXPECT_EQ(only("pylint", "a.c:1:0: C0114: Missing docstring (missing-module-docstring)\n").rule,
            "C0114");
  EXPECT_EQ(only("pylint", "a.c:4: [E0602(undefined-variable), f] Undefined\n").severity,
            FindingSeverity::kError);
  Finding yaml = only("yamllint-parsable", "a.c:2:4: [error] too many spaces (colons)\n");
  EXPECT_EQ(yaml.rule, "colons");
  EXPECT_EQ(yaml.message, "too many spaces");
  EXPECT_EQ(only("codespell", "./a.c:2: teh ==> the\n").message, "teh ==> the");
  Finding unix = only("eslint-unix", "/work/a.c:2:4: 'x' is not used. [Error/no-unused-vars]\n");
  EXPECT_EQ(unix.rule, "no-unused-vars");
  EXPECT_EQ(unix.message, "'x' is not used.");
  Finding rust = only("rustc-short", "src/b.c:2:4: error[E0308]: mismatched types\n");
  EXPECT_EQ(rust.rule, "E0308");
  EXPECT_EQ(only("rustc", "warning: unused variable: `x`\n --> a.c:2:9\n  |\n").place,
            (SourcePlace{"a.c", 2, 9}));
  Finding java = only("javac", "a.c:3: error: ';' expected\n    int x\n         ^\n1 error\n");
  EXPECT_EQ(java.place, (SourcePlace{"a.c", 3, 10}));
  EXPECT_EQ(only("javac", "a.c:3: warning: [unchecked] unchecked call\n").rule, "unchecked");
  EXPECT_EQ(only("tsc", "a.c(3,5): error TS2322: Type 'x'.\n").rule, "TS2322");
  EXPECT_EQ(only("tsc", "a.c:3:5 - error TS2322: Type 'x'.\n").rule, "TS2322");
  Finding space =
      only("msbuild", "d (x)\\a.cs(3,5): warning CS1: m [C:\\p.csproj]\n", {"d (x)/a.cs"});
  EXPECT_EQ(space.place.path, "d (x)/a.cs");
  EXPECT_EQ(space.message, "m");
  Finding black = only("black", "error: cannot format a.c: Cannot parse: 1:3: jan~20\n");
  EXPECT_EQ(black.place, (SourcePlace{"a.c", 1, 3}));
  Finding go = only("go", "# example.com/x\nvet: ./a.c:3:5: undefined: y\n");
  EXPECT_EQ(go.severity, FindingSeverity::kError);
  Finding lua = only("luacheck", "    a.c:3:5-9: (E011) expected expression\n");
  EXPECT_EQ(lua.rule, "E011");
  EXPECT_EQ(lua.place.end_column, 9);
  Finding cop = only("rubocop", "a.c:3:5: W: [Correctable] Lint/Void: Literal used\n");
  EXPECT_EQ(cop.rule, "Lint/Void");
  EXPECT_EQ(cop.severity, FindingSeverity::kWarning);
  Finding bandit = only("bandit",
                        ">> Issue: [B404:blacklist] Consider it.\n   Severity: Low   Confidence: "
                        "High\n   CWE: CWE-78\n   More Info: https://x\n   Location: ./a.c:1:0\n");
  EXPECT_EQ(bandit.rule, "B404");
  EXPECT_EQ(bandit.place, (SourcePlace{"a.c", 1}));
  EXPECT_EQ(bandit.severity, FindingSeverity::kNote);
}

TEST(FindingReaderTest, APathOutsideOfTheProjectIsNoPathButStaysInTheMessage) {
  for (const char* path : {"/etc/passwd", "../../etc/passwd", "missing.c", "src/../../a.c"}) {
    Finding finding = only("gnu", std::string(path) + ":3:5: error: bad\n");
    EXPECT_EQ(finding.place, (SourcePlace{"", 3, 5})) << path;
    EXPECT_EQ(finding.message, std::string(path) + ": bad");
  }
  EXPECT_EQ(only("gnu", "src/../a.c:3:5: error: bad\n").place.path, "a.c");
  EXPECT_EQ(only("gnu", "src\\b.c:3:5: error: bad\n").place.path, "src/b.c");
}

TEST(FindingReaderTest, DuplicateFindingsAreDropped) {
  EXPECT_EQ(read("gnu", "a.c:3:5: error: bad\n./a.c:3:5: error: bad\na.c:3:6: error: bad\n").size(),
            2U);
}

TEST(FindingReaderTest, OutputMayBeSplitAnywhereAndStreamsDoNotMix) {
  std::string output = "a.c:3:5: error: \x1b[1mbad\x1b[0m\r\nsrc/b.c:1:1: warning: w\n";
  for (std::size_t size = 1; size < output.size(); ++size) {
    auto reader = make({.format = "gnu"}, {"a.c", "src/b.c"});
    for (std::size_t i = 0; i < output.size(); i += size) {
      reader->write(FindingStream::kStderr, std::string_view(output).substr(i, size));
      reader->write(FindingStream::kStdout, "x");
    }
    reader->close();
    ASSERT_EQ(reader->list().findings().size(), 2U) << size;
    EXPECT_EQ(reader->list().findings()[0].message, "bad");
    EXPECT_EQ(reader->list().counts(), (FindingCounts{2, 1, 1, 0, false}));
  }
}

TEST(FindingReaderTest, AProgressLineIsItsVisibleRestOnATerminal) {
  EXPECT_EQ(only("gnu", "checking 1/2\rchecking 2/2\ra.c:1:1: error: bad\r\n").place.line, 1);
}

TEST(FindingReaderTest, HostileTextIsOneLineOfValidUtf8) {
  Finding finding = only("gnu", "a.c:1:1: error: x\xFF\x01\x1b]0;t\x07y\xE2\x80\xAEz\n");
  EXPECT_EQ(finding.message, "x\xEF\xBF\xBDyz");
}

TEST(FindingReaderTest, OverTheBoundsFindingsAreOnlyCounted) {
  auto reader = make({.format = "gnu"}, {"a.c"});
  for (int i = 1; i <= 30'000; ++i) {
    reader->write(FindingStream::kStdout, "a.c:" + std::to_string(i) + ":1: error: bad\n");
  }
  reader->close();
  EXPECT_EQ(reader->list().findings().size(), kMaxFindings);
  EXPECT_EQ(reader->list().counts(), (FindingCounts{30'000, 30'000, 0, 0, true}));
}

TEST(FindingReaderTest, ALineOfTenMegabytesIsTruncatedAndTheNextOneIsRead) {
  auto reader = make({.format = "gnu"}, {"a.c"});
  std::string piece(1 << 20, ':');
  reader->write(FindingStream::kStdout, "a.c:1:1: error: ");
  for (int i = 0; i < 10; ++i) reader->write(FindingStream::kStdout, piece);
  reader->write(FindingStream::kStdout, "\na.c:2:1: error: bad\n");
  ASSERT_EQ(reader->list().findings().size(), 2U);
  EXPECT_EQ(reader->list().findings()[0].message.size(), kMaxMessageBytes);
  EXPECT_EQ(reader->list().findings()[1].message, "bad");
}

TEST(FindingReaderTest, PatternsWorkAsInVsCode) {
  FindingsSpec spec{.format = "patterns"};
  spec.patterns = {{.regexp = R"(^FILE (\S+)$)", .file = 1},
                   {.regexp = R"(^\s+(\d+),(\d+)-(\d+),(\d+) (\w+) (\w+): (.*)$)",
                    .line = 1,
                    .column = 2,
                    .end_line = 3,
                    .end_column = 4,
                    .severity = 5,
                    .code = 6,
                    .message = 7,
                    .loop = true}};
  spec.severity_map = {{"meh", FindingSeverity::kNote}};
  auto reader = make(spec, {"a.c", "src/b.c"});
  reader->write(FindingStream::kStdout,
                "FILE a.c\n  1,2-3,4 meh R1: one\n  5,6-7,8 odd R2: two\n\n"
                "  9,9-9,9 meh R3: not after a file\nFILE a.c\nFILE src/b.c\n  1,1-1,2 meh R: x\n");
  reader->close();
  auto findings = reader->take();
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].place, (SourcePlace{"a.c", 1, 2, 3, 4}));
  EXPECT_EQ(findings[0].severity, FindingSeverity::kNote);
  EXPECT_EQ(findings[1].severity, FindingSeverity::kError);  // an unknown word
  EXPECT_EQ(findings[1].rule, "R2");
  EXPECT_EQ(findings[2].place.path, "src/b.c");
}

}  // namespace
}  // namespace glovebox
