#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include "cli/listings.h"
#include "cli/requirements.h"
#include "cli/run_report.h"

namespace glovebox {
namespace {

constexpr Terminal kPlain{.interactive = true, .color = false};

Job ended(const Outcome& outcome, const ExitCodes& codes = {}) {
  Job job;
  job.started_at = WallTime(std::chrono::milliseconds(1000));
  job.finished_at = WallTime(std::chrono::milliseconds(2500));
  job.usage = {.user = std::chrono::milliseconds(20),
               .system = std::chrono::milliseconds(22),
               .peak_memory = ByteCount(12 << 20)};
  apply_outcome(job, outcome, codes);
  return job;
}

TEST(RunReportTest, TheSummaryHasEndTimeCpuMemoryAndFiles) {
  Job job = ended(Exited{1});
  job.artifacts = {{"out/a.js", 1024}};
  EXPECT_EQ(run_summary(job, "", kPlain),
            "failed: exited with code 1\n"
            "  1.5 s, CPU 42 ms, peak memory 12 MiB\n"
            "  1 file created or changed; --artifacts DIR saves them\n"
            "    out/a.js  1 KiB\n");
  EXPECT_NE(run_summary(job, "there", kPlain).find("saved to there"), std::string::npos);
}

TEST(RunReportTest, AVerdictComesBeforeTheStatus) {
  ExitCodes codes{{0, Verdict::kClean}, {1, Verdict::kFindings}, {3, Verdict::kNothingToDo}};
  auto first_line = [&](int code) {
    std::string text = run_summary(ended(Exited{code}, codes), "", kPlain);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(first_line(0), "clean: exited with code 0");
  EXPECT_EQ(first_line(1), "findings: exited with code 1");
  EXPECT_EQ(first_line(3), "nothing to do: exited with code 3");
  EXPECT_EQ(first_line(2), "failed: exited with code 2");
  EXPECT_EQ(plain_reason(ended(Exited{1}, codes)), "");
}

TEST(RunReportTest, FindingsAreCountedBySeverity) {
  Job job = ended(Exited{0});
  job.findings = FindingCounts{};
  EXPECT_EQ(run_summary(job, "", kPlain).find("finding"), std::string::npos);
  job.findings = FindingCounts{3, 1, 2, 0, false};
  EXPECT_NE(run_summary(job, "", kPlain).find("\n  3 findings: 1 error, 2 warnings\n"),
            std::string::npos);
}

TEST(RunReportTest, ALongListOfFilesIsCutAndNamesAreEscaped) {
  Job job = ended(Exited{0});
  job.artifacts.assign(13, {"a\x1b[2J", 1});
  std::string text = run_summary(job, "", kPlain);
  EXPECT_NE(text.find("and 3 more"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ListingsTest, ShowHowManyFilesAToolAccepts) {
  Tool tool;
  tool.id = ToolId("checker");
  tool.status = ToolStatus::kUnavailable;
  tool.status_reason = "not installed";
  EXPECT_EQ(suits_text({tool}, {{ToolId("checker"), 3}, {ToolId("x"), 1}}, 212, kPlain),
            "checker  3 of 212 files\n      unavailable: not installed\n"
            "x        1 of 212 files\n");
  EXPECT_EQ(suits_text({tool}, {}, 5, kPlain), "No tool takes any of the 5 files.\n");
}

TEST(RunReportTest, ProgramsGetOnlyWhatAnExitCodeCannotSay) {
  EXPECT_EQ(plain_reason(ended(Exited{1})), "");
  EXPECT_EQ(plain_reason(ended(Exited{0})), "");
  EXPECT_EQ(plain_reason(ended(Signaled{SIGSEGV})), "glovebox: killed by signal SIGSEGV\n");
  EXPECT_EQ(plain_reason(ended(LimitExceeded{LimitKind::kWallTime, 1000, 1001})),
            "glovebox: stopped at the wall time limit: 1 s allowed, 1.0 s seen\n");
}

TEST(RunReportTest, AnErrorShowsItsDetails) {
  EXPECT_EQ(error_line(validation_error("no").with("field", "x")),
            "glovebox: no\n  field: \"x\"\n");
}

TEST(TerminalTest, ColourIsForTerminalsThatWantIt) {
  Terminal color{.interactive = true, .color = true};
  EXPECT_EQ(color.paint(Color::kRed, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(kPlain.paint(Color::kRed, "x"), "x");
  std::map<std::string, const char*> variables;
  auto environment = [&](const char* name) { return variables[name]; };
  EXPECT_FALSE(terminal_of(-1, environment).interactive);
}

TEST(ListingsTest, ToolsAreListedByCategoryWithTheReasonIfUnavailable) {
  Tool a;
  a.id = ToolId("a");
  a.category = "Static analysis";
  a.description = "Looks.";
  Tool longer = a;
  longer.id = ToolId("longer");
  longer.status = ToolStatus::kUnavailable;
  longer.status_reason = "no program \"longer\"";
  EXPECT_EQ(tools_text({a, longer}, kPlain),
            "Static analysis\n"
            "  a       Looks.\n"
            "  longer  Looks.\n"
            "      unavailable: no program \"longer\"\n");
}

TEST(ListingsTest, DoctorShowsWhatIsMissingWhyAndTheRemedy) {
  IsolationReport report{Tier::kNamespaces, {"user", "pid"}, {{"cgroup", "not there", "mount it"}}};
  EXPECT_EQ(doctor_text(report, kPlain),
            "isolation: namespaces\non: user, pid\nmissing: cgroup\n  why: not there\n"
            "  remedy: mount it\n");
  EXPECT_NE(doctor_text(IsolationReport(), kPlain).find("No job can run"), std::string::npos);
}

TEST(RequirementsTest, AMissingRequirementIsRefusedWithItsRemedy) {
  IsolationReport report{
      Tier::kLandlock, {"seccomp", "landlock"}, {{"cgroup-memory", "why", "remedy"}}};
  EXPECT_FALSE(check_requirements(report, "", {}).has_error());
  EXPECT_FALSE(check_requirements(report, "landlock", {"seccomp"}).has_error());
  EXPECT_EQ(check_requirements(report, "namespaces", {}).error().message(),
            "the tier namespaces is required, but this machine provides landlock; "
            "cgroup-memory: why; remedy");
  // "cgroup" stands for all cgroup layers.
  EXPECT_EQ(check_requirements(report, "", {"cgroup"}).error().message(),
            "the layer cgroup-memory is required but not available on this machine: why; remedy");
  report.layers = {"cgroup-memory", "cgroup-pids", "cgroup-cpu"};
  EXPECT_FALSE(check_requirements(report, "", {"cgroup"}).has_error());
  report.layers = {"seccomp", "landlock"};
  EXPECT_NE(check_requirements(report, "", {"secomp"}).error().message().find("\"seccomp\""),
            std::string::npos);
}

}  // namespace
}  // namespace glovebox
