#include "model/webhook.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

namespace json = boost::json;

json::value moment_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(format_rfc3339(*time)) : json::value(nullptr);
}

json::value words_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value optional_verdict(const std::optional<Verdict>& verdict) {
  return verdict ? json::value(verdict_name(*verdict)) : json::value(nullptr);
}

json::value optional_counts(const std::optional<FindingCounts>& counts) {
  return counts ? json::value(to_json(*counts)) : json::value(nullptr);
}

std::string webhook_message(WebhookEvent event, WallTime time, json::object data) {
  json::object whole;
  whole["type"] = webhook_event_name(event);
  whole["timestamp"] = format_rfc3339(time);
  whole["data"] = std::move(data);
  return json::serialize(whole);
}

}  // namespace

std::string_view webhook_event_name(WebhookEvent event) {
  switch (event) {
    case WebhookEvent::kJobCompleted:
      return "job.completed";
    case WebhookEvent::kCheckupCompleted:
      return "checkup.completed";
    case WebhookEvent::kTest:
      break;
  }
  return "webhook.test";
}

std::optional<WebhookEvent> parse_webhook_event(std::string_view name) {
  for (WebhookEvent event : {WebhookEvent::kJobCompleted, WebhookEvent::kCheckupCompleted}) {
    if (name == webhook_event_name(event)) return event;
  }
  return std::nullopt;
}

std::string_view delivery_status_name(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::kDelivered:
      return "delivered";
    case DeliveryStatus::kFailed:
      return "failed";
    case DeliveryStatus::kPending:
      break;
  }
  return "pending";
}

std::optional<DeliveryStatus> parse_delivery_status(std::string_view name) {
  for (auto status :
       {DeliveryStatus::kPending, DeliveryStatus::kDelivered, DeliveryStatus::kFailed}) {
    if (name == delivery_status_name(status)) return status;
  }
  return std::nullopt;
}

std::string webhook_body(const Job& job, const CheckupId& checkup) {
  std::string self = "/api/jobs/" + job.id.str();
  json::object data;
  data["jobId"] = job.id.str();
  data["toolId"] = job.tool_id.str();
  data["projectId"] = job.project_id.str();
  data["checkupId"] = words_or_null(checkup.str());
  data["status"] = job_status_name(job.status);
  data["reason"] = words_or_null(job.reason);
  data["exitCode"] = job.exit_code ? json::value(*job.exit_code) : json::value(nullptr);
  data["verdict"] = optional_verdict(job.verdict);
  data["findings"] = optional_counts(job.findings);
  data["links"] = json::object{{"self", self}, {"findings", self + "/findings"}};
  return webhook_message(WebhookEvent::kJobCompleted, job.finished_at.value_or(job.created_at),
                         std::move(data));
}

std::string webhook_body(const Checkup& checkup) {
  std::string self = "/api/checkups/" + checkup.id.str();
  json::array jobs;
  for (const Job& job : checkup.jobs) jobs.emplace_back(job.id.str());
  json::object data;
  data["checkupId"] = checkup.id.str();
  data["projectId"] = checkup.project_id.str();
  data["status"] = checkup_status_name(checkup.status());
  data["verdict"] = optional_verdict(checkup.verdict());
  data["findings"] = optional_counts(checkup.findings());
  data["jobIds"] = std::move(jobs);
  data["links"] = json::object{{"self", self}, {"findings", self + "/findings"}};
  return webhook_message(WebhookEvent::kCheckupCompleted,
                         checkup.finished_at().value_or(checkup.created_at), std::move(data));
}

std::string webhook_test_body(const WebhookId& webhook, WallTime now) {
  return webhook_message(WebhookEvent::kTest, now, json::object{{"webhookId", webhook.str()}});
}

json::object to_json(const Webhook& webhook) {
  json::array events;
  for (WebhookEvent event : webhook.events) events.emplace_back(webhook_event_name(event));
  json::object object;
  object["webhookId"] = webhook.id.str();
  object["url"] = webhook.url;
  object["events"] = std::move(events);
  object["status"] = webhook.disabled.empty() ? "active" : "disabled";
  object["disabledReason"] = words_or_null(webhook.disabled);
  object["createdAt"] = format_rfc3339(webhook.created_at);
  return object;
}

json::object to_json(const Delivery& delivery) {
  json::object object;
  object["deliveryId"] = delivery.id.str();
  object["event"] = webhook_event_name(delivery.event);
  bool of_job = delivery.event == WebhookEvent::kJobCompleted;
  bool of_checkup = delivery.event == WebhookEvent::kCheckupCompleted;
  object["jobId"] = words_or_null(of_job ? delivery.subject : std::string());
  object["checkupId"] = words_or_null(of_checkup ? delivery.subject : std::string());
  object["status"] = delivery_status_name(delivery.status);
  object["attempts"] = delivery.attempts;
  object["createdAt"] = format_rfc3339(delivery.created_at);
  object["lastAttemptAt"] = moment_or_null(delivery.last_at);
  object["nextAttemptAt"] = moment_or_null(delivery.next_at);
  object["lastStatus"] =
      delivery.last_status == 0 ? json::value(nullptr) : json::value(delivery.last_status);
  object["lastError"] = words_or_null(delivery.last_error);
  return object;
}

}  // namespace glovebox
