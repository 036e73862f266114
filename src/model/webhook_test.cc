#include "model/webhook.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

namespace json = boost::json;

Job ended_job() {
  Job job;
  job.id = JobId("job_1");
  job.tool_id = ToolId("cppcheck");
  job.project_id = ProjectId("prj_1");
  job.status = JobStatus::kCompleted;
  job.exit_code = 1;
  job.verdict = Verdict::kFindings;
  job.findings.emplace();
  job.findings->total = 3;
  job.finished_at = WallTime(std::chrono::milliseconds(1500));
  return job;
}

TEST(WebhookBodyTest, OfAJobIsThin) {
  json::object whole = json::parse(webhook_body(ended_job(), CheckupId())).as_object();
  EXPECT_EQ(whole["type"], "job.completed");
  EXPECT_EQ(whole["timestamp"], "1970-01-01T00:00:01.500Z");
  json::object data = whole["data"].as_object();
  EXPECT_EQ(data["jobId"], "job_1");
  EXPECT_EQ(data["toolId"], "cppcheck");
  EXPECT_EQ(data["status"], "completed");
  EXPECT_EQ(data["verdict"], "findings");
  EXPECT_EQ(data["exitCode"], 1);
  EXPECT_TRUE(data["checkupId"].is_null());
  EXPECT_EQ(data["findings"].as_object()["total"], 3);
  EXPECT_EQ(data["links"].as_object()["self"], "/api/jobs/job_1");
}

TEST(WebhookBodyTest, OfACheckupNamesItsJobs) {
  Checkup checkup;
  checkup.id = CheckupId("chk_1");
  checkup.jobs = {ended_job(), ended_job()};
  checkup.jobs[1].id = JobId("job_2");
  json::object whole = json::parse(webhook_body(checkup)).as_object();
  EXPECT_EQ(whole["type"], "checkup.completed");
  json::object data = whole["data"].as_object();
  EXPECT_EQ(data["checkupId"], "chk_1");
  EXPECT_EQ(data["status"], "completed");
  EXPECT_EQ(data["jobIds"], json::value({"job_1", "job_2"}));
  EXPECT_EQ(data["findings"].as_object()["total"], 6);
  EXPECT_EQ(data["links"].as_object()["self"], "/api/checkups/chk_1");
}

TEST(WebhookTest, ShowsNoSecret) {
  Webhook webhook;
  webhook.secret = "whsec_new";
  webhook.old_secret = "whsec_old";
  webhook.events = {WebhookEvent::kJobCompleted};
  std::string text = json::serialize(to_json(webhook));
  EXPECT_EQ(text.find("whsec"), std::string::npos);
}

TEST(WebhookTest, ATestCannotBeSubscribedTo) {
  EXPECT_EQ(parse_webhook_event("job.completed"), WebhookEvent::kJobCompleted);
  EXPECT_EQ(parse_webhook_event("checkup.completed"), WebhookEvent::kCheckupCompleted);
  EXPECT_FALSE(parse_webhook_event("webhook.test"));
}

}  // namespace
}  // namespace glovebox
