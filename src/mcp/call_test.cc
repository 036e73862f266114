#include "mcp/call.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "mcp/call_arguments.h"
#include "mcp/inline_project.h"
#include "mcp/resource_uri.h"
#include "mcp/result_text.h"
#include "mcp/tool_list.h"

namespace glovebox {
namespace {

namespace json = boost::json;

class CountingCall final : public McpCall {
 public:
  Awaitable<std::optional<McpStep>> next() override { co_return std::nullopt; }
  void cancel() override { ++cancelled; }
  void peer_gone() override {}
  int cancelled = 0;
};

McpContext context_of(const char* client, const char* peer, json::value id) {
  McpContext context;
  context.caller = {ClientId(client), peer};
  context.id = std::move(id);
  return context;
}

TEST(McpPendingTest, OnlyTheCallOfThatClientAndIdIsCancelled) {
  McpPending pending;
  CountingCall call;
  CountingCall other;
  McpPending::Entry one(pending, context_of("ann", "a", 1), &call);
  McpPending::Entry two(pending, context_of("ann", "b", 1), &other);
  pending.cancel({ClientId("bob"), "a"}, 1);
  pending.cancel({ClientId("ann"), "a"}, "1");
  EXPECT_EQ(call.cancelled, 0);
  pending.cancel({ClientId("ann"), "a"}, 1);
  EXPECT_EQ(call.cancelled, 1);
  EXPECT_EQ(other.cancelled, 0);
}

TEST(McpPendingTest, NoneIsCancelledWhereTwoHaveTheId) {
  McpPending pending;
  CountingCall call;
  CountingCall other;
  McpPending::Entry one(pending, context_of("ann", "a", 1), &call);
  {
    McpPending::Entry two(pending, context_of("ann", "a", 1), &other);
    pending.cancel({ClientId("ann"), "a"}, 1);
    EXPECT_EQ(call.cancelled + other.cancelled, 0);
  }
  pending.cancel({ClientId("ann"), "a"}, 1);
  EXPECT_EQ(call.cancelled, 1);
  EXPECT_EQ(pending.size(), 1U);
}

TEST(McpPendingTest, ACallThatIsBeingMadeLearnsOfIt) {
  McpPending pending;
  McpPending::Entry making(pending, context_of("ann", "a", "x"), nullptr);
  EXPECT_FALSE(making.cancelled());
  pending.cancel({ClientId("ann"), "a"}, "x");
  EXPECT_TRUE(making.cancelled());
}

TEST(ResourceUriTest, PathsGoThereAndBack) {
  std::string uri = artifact_uri(JobId("job_1"), "a b/\xc3\xbc%.txt");
  EXPECT_EQ(uri, "glovebox://runs/job_1/artifacts/a%20b/%C3%BC%25.txt");
  auto name = parse_resource_uri(uri);
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->id, "job_1");
  EXPECT_EQ(name->path, "a b/\xc3\xbc%.txt");
  auto report = parse_resource_uri(report_uri(CheckupId("chk_1")));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->kind, ResourceName::Kind::kCheckupReport);
  EXPECT_EQ(report->id, "chk_1");
}

TEST(ResourceUriTest, OthersAreNone) {
  for (const char* uri :
       {"", "file:///etc/passwd", "glovebox://runs/", "glovebox://runs//output",
        "glovebox://runs/job_1", "glovebox://runs/job_1/artifacts/",
        "glovebox://runs/job_1/artifacts/%zz", "glovebox://checkups/report.sarif",
        "glovebox://checkups/a/b/report.sarif", "glovebox://runs/job_1/report.sarif/x"}) {
    EXPECT_FALSE(parse_resource_uri(uri).has_value()) << uri;
  }
}

json::array files_of(std::size_t count, std::size_t bytes) {
  json::array files;
  for (std::size_t i = 0; i < count; ++i) {
    files.push_back(
        json::object{{"path", "f" + std::to_string(i)}, {"text", std::string(bytes, 'x')}});
  }
  return files;
}

TEST(InlineProjectTest, FilesHaveBounds) {
  EXPECT_TRUE(parse_inline_files(files_of(kMaxInlineFiles, 0)).has_value());
  EXPECT_EQ(parse_inline_files(files_of(kMaxInlineFiles + 1, 0)).error().kind(),
            ErrorKind::kPayloadTooLarge);
  EXPECT_TRUE(parse_inline_files(files_of(1, kMaxInlineBytes - 2)).has_value());
  EXPECT_EQ(parse_inline_files(files_of(1, kMaxInlineBytes - 1)).error().kind(),
            ErrorKind::kPayloadTooLarge);
}

TEST(InlineProjectTest, WhatIsNoFileIsNamed) {
  EXPECT_TRUE(parse_inline_files(json::array()).has_error());
  EXPECT_TRUE(parse_inline_files(json::array{json::object{{"path", "a"}}}).has_error());
  EXPECT_TRUE(
      parse_inline_files(json::array{json::object{{"path", ""}, {"text", ""}}}).has_error());
  json::object file{{"path", "a"}, {"text", ""}};
  EXPECT_TRUE(parse_inline_files(json::array{file, file}).has_error());
}

TEST(InlineProjectTest, ATarHasThem) {
  auto tar = tar_of_files({{"src/a.c", "int x;"}});
  ASSERT_TRUE(tar.has_value());
  EXPECT_NE(tar->find("src/a.c"), std::string::npos);
  EXPECT_NE(tar->find("int x;"), std::string::npos);
}

Tool tool_with(std::vector<std::string> parameters) {
  Tool tool;
  tool.id = ToolId("a-tool");
  tool.inputs = {"*"};
  for (std::string& name : parameters) {
    Parameter parameter;
    parameter.name = std::move(name);
    tool.parameters.push_back(std::move(parameter));
  }
  return tool;
}

TEST(CallArgumentsTest, ParametersAreWhatIsLeft) {
  Tool tool = tool_with({"level", "files"});
  json::object arguments{
      {"projectId", "prj_1"}, {"level", 3}, {"param_files", "x"}, {"timeoutMs", 5}};
  auto run = parse_run_arguments(tool, arguments);
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->project.project_id, "prj_1");
  EXPECT_EQ(run->request.timeout, std::chrono::milliseconds(5));
  json::object left{{"level", 3}, {"files", "x"}};
  EXPECT_EQ(run->request.parameters, left);
}

TEST(CallArgumentsTest, AToolWithoutInputsNeedsNoProject) {
  Tool tool = tool_with({});
  EXPECT_TRUE(parse_run_arguments(tool, {}).has_error());
  tool.inputs.clear();
  EXPECT_TRUE(parse_run_arguments(tool, {}).has_value());
}

TEST(ToolListTest, OnlyAvailableToolsAreListedAfterOurs) {
  Tool missing = tool_with({});
  missing.id = ToolId("gone");
  missing.status = ToolStatus::kUnavailable;
  json::array tools = mcp_tools({tool_with({"level"}), missing}, {});
  ASSERT_EQ(tools.size(), 6U);
  EXPECT_EQ(tools[0].at("name").as_string(), kCheckProject);
  EXPECT_EQ(tools[5].at("name"), "a-tool");
  EXPECT_TRUE(tools[5].at("inputSchema").at("properties").as_object().contains("level"));
}

TEST(ResultTextTest, FindingsAndOutputHaveBounds) {
  std::vector<CheckupFinding> findings(200);
  std::string text = findings_text(findings, 300, false, "job_1");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 51);
  EXPECT_NE(text.find("and 250 more"), std::string::npos);
  std::vector<std::string> lines(1000, std::string(1000, 'x'));
  std::size_t bytes = 0;
  for (const std::string& line : output_tail(lines)) bytes += line.size() + 1;
  EXPECT_LE(bytes, std::size_t(8) << 10);
}

}  // namespace
}  // namespace glovebox
