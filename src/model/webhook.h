// Webhooks: the receivers of messages about ends, and the messages.
//
// Standard Webhooks (https://www.standardwebhooks.com): a message is a JSON object with `type`,
// `timestamp` and `data`, sent with the fields `webhook-id`, `webhook-timestamp` and
// `webhook-signature`.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/checkup.h"
#include "model/ids.h"
#include "model/job.h"

namespace glovebox {

enum class WebhookEvent { kJobCompleted, kCheckupCompleted, kTest };
// "job.completed", "checkup.completed", "webhook.test".
std::string_view webhook_event_name(WebhookEvent event);
// Those that may be subscribed to; nothing for "webhook.test".
std::optional<WebhookEvent> parse_webhook_event(std::string_view name);

struct Webhook {
  WebhookId id;
  ClientId owner;
  std::string url;
  std::vector<WebhookEvent> events;
  WallTime created_at;
  std::string secret;  // "whsec_…"
  // While it is rotated, the earlier one signs, too, until this time.
  std::string old_secret;
  WallTime old_secret_until;
  // Why nothing is sent any more; empty: it is active.
  std::string disabled;
};

enum class DeliveryStatus { kPending, kDelivered, kFailed };
std::string_view delivery_status_name(DeliveryStatus status);
std::optional<DeliveryStatus> parse_delivery_status(std::string_view name);

// A message to one receiver and what became of it.
struct Delivery {
  DeliveryId id;
  WebhookId webhook;  // empty: the request of its subject named the URL
  WebhookEvent event = WebhookEvent::kTest;
  std::string subject;  // the id of the job or check-up
  WallTime created_at;
  DeliveryStatus status = DeliveryStatus::kPending;
  std::int64_t attempts = 0;
  std::optional<WallTime> next_at;  // of a pending one
  std::optional<WallTime> last_at;
  std::int64_t last_status = 0;  // HTTP; 0: no answer
  std::string last_error;        // empty: none
};

// The bodies, exactly as they are signed and sent.
std::string webhook_body(const Job& job, const CheckupId& checkup);
std::string webhook_body(const Checkup& checkup);
std::string webhook_test_body(const WebhookId& webhook, WallTime now);

// Without secrets.
boost::json::object to_json(const Webhook& webhook);
boost::json::object to_json(const Delivery& delivery);

}  // namespace glovebox
