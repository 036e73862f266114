#include "cli/check_report.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "cli/check_flags.h"
#include "cli/exit_code.h"

namespace glovebox {
namespace {

CheckedTool tool_with(FindingSeverity severity, const std::string& path = "a.c") {
  CheckedTool tool;
  tool.job.tool_id = ToolId("lint");
  tool.job.status = JobStatus::kCompleted;
  tool.job.verdict = Verdict::kFindings;
  Finding finding;
  finding.place.path = path;
  finding.place.line = 3;
  finding.severity = severity;
  finding.message = "bad";
  tool.findings.push_back(finding);
  tool.counts.add(severity);
  return tool;
}
CheckedTool ended_as(JobStatus status) {
  CheckedTool tool;
  tool.job.tool_id = ToolId("other");
  tool.job.status = status;
  tool.job.message = "exited with code 9";
  return tool;
}

TEST(CheckReportTest, TheExitCodeComparesWithFailOn) {
  using S = FindingSeverity;
  EXPECT_EQ(check_exit_code({}, S::kNote), 0);
  EXPECT_EQ(check_exit_code({ended_as(JobStatus::kCompleted)}, S::kNote), 0);
  EXPECT_EQ(check_exit_code({tool_with(S::kWarning)}, S::kError), 0);
  EXPECT_EQ(check_exit_code({tool_with(S::kWarning)}, S::kWarning), kExitFindings);
  EXPECT_EQ(check_exit_code({tool_with(S::kNote)}, S::kWarning), 0);
  EXPECT_EQ(check_exit_code({tool_with(S::kNote)}, S::kNote), kExitFindings);
  EXPECT_EQ(check_exit_code({tool_with(S::kError)}, S::kError), kExitFindings);
}

TEST(CheckReportTest, AFailureComesBeforeFindingsAndATimeLimitBeforeThat) {
  CheckedTool found = tool_with(FindingSeverity::kError);
  CheckedTool failed = ended_as(JobStatus::kFailed);
  CheckedTool slow = ended_as(JobStatus::kTimeout);
  CheckedTool cancelled = ended_as(JobStatus::kCancelled);
  EXPECT_EQ(check_exit_code({found, failed}, FindingSeverity::kError), kExitToolFailed);
  EXPECT_EQ(check_exit_code({found, failed, slow}, FindingSeverity::kError), kExitTimeLimit);
  EXPECT_EQ(check_exit_code({slow, cancelled}, FindingSeverity::kError), kExitCancelled);
}

TEST(CheckReportTest, FindingsThatCouldNotBeReadAreNotClean) {
  CheckedTool tool = ended_as(JobStatus::kCompleted);
  tool.job.verdict = Verdict::kFindings;
  EXPECT_EQ(check_exit_code({tool}, FindingSeverity::kError), kExitFindings);
  EXPECT_NE(problem_of(tool).find("glovebox run other"), std::string::npos);
}

TEST(CheckReportTest, AFailedToolSaysWhy) {
  CheckedTool tool = ended_as(JobStatus::kFailed);
  tool.last_line = "cannot read the configuration";
  EXPECT_EQ(problem_of(tool), "exited with code 9: cannot read the configuration");
  ReportRun run = report_runs({tool})[0];
  EXPECT_FALSE(run.completed);
}

TEST(CheckReportTest, JsonHasAllFindingsInTheOrderOfPlaces) {
  std::vector<CheckedTool> tools{tool_with(FindingSeverity::kError, "b.c"),
                                 tool_with(FindingSeverity::kNote, "a.c")};
  tools[1].job.tool_id = ToolId("second");
  boost::json::object all = boost::json::parse(check_json(tools)).as_object();
  EXPECT_EQ(all["verdict"], "findings");
  EXPECT_EQ(all["counts"].at("total"), 2);
  ASSERT_EQ(all["findings"].as_array().size(), 2u);
  EXPECT_EQ(all["findings"].as_array()[0].at("path"), "a.c");
  EXPECT_EQ(all["findings"].as_array()[0].at("toolId"), "second");
  EXPECT_EQ(all["tools"].as_array()[0].at("toolId"), "lint");
}

TEST(CheckFlagsTest, TheyAreReadOrRefusedByName) {
  CheckFlags flags;
  flags.tools = {"a,b", "c"};
  flags.fail_on = "note";
  flags.reports = {"sarif=x.sarif", "github=-"};
  CheckCommand command = finish_check_command(flags, Settings()).value();
  EXPECT_EQ(command.tools, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(command.fail_on, FindingSeverity::kNote);
  ASSERT_EQ(command.reports.size(), 2u);
  EXPECT_EQ(command.reports[0].file, "x.sarif");
  for (const char* bad : {"sarif", "sarif=", "pdf=x"}) {
    CheckFlags wrong;
    wrong.reports = {bad};
    EXPECT_NE(finish_check_command(wrong, Settings()).error().message().find("--report"),
              std::string::npos);
  }
  flags.command.json = true;
  EXPECT_TRUE(finish_check_command(flags, Settings()).has_error());
  CheckFlags odd;
  odd.fail_on = "fatal";
  EXPECT_TRUE(finish_check_command(odd, Settings()).has_error());
}

}  // namespace
}  // namespace glovebox
