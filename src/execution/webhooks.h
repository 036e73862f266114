// Webhooks: the receivers of messages about ends of jobs and check-ups, and their deliveries.
//
// A client owns its webhooks; those of another owner are kNotFound. Threads: the event loop.
#pragma once

#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "model/webhook.h"

namespace glovebox {

struct NewWebhook {
  std::string url;
  std::vector<WebhookEvent> events;  // at least one
};

class Webhooks {
 public:
  virtual ~Webhooks() = default;

  // The result has the secret, which no other call shows. kValidation for a URL that could never be
  // sent to; kConflict where the client has too many.
  virtual Awaitable<Result<Webhook>> create(ClientId client, NewWebhook wanted) = 0;
  // Oldest first.
  virtual Awaitable<Result<std::vector<Webhook>>> list(ClientId client) = 0;
  virtual Awaitable<Result<Webhook>> find(ClientId client, WebhookId id) = 0;
  // With its deliveries, also those that are pending.
  virtual Awaitable<Result<void>> remove(ClientId client, WebhookId id) = 0;
  // A new secret, which the result has. For a day the earlier one signs, too.
  virtual Awaitable<Result<Webhook>> rotate_secret(ClientId client, WebhookId id) = 0;
  // Of one that was disabled.
  virtual Awaitable<Result<Webhook>> enable(ClientId client, WebhookId id) = 0;

  // Sends a message "webhook.test", once. kConflict while an earlier one is under way, or where the
  // webhook is disabled.
  virtual Awaitable<Result<Delivery>> test(ClientId client, WebhookId id) = 0;
  // Newest first: those that are pending, and the last ones that are not.
  virtual Awaitable<Result<std::vector<Delivery>>> deliveries(ClientId client, WebhookId id) = 0;
  // Sends it again, with all attempts. kConflict where the webhook is disabled.
  virtual Awaitable<Result<Delivery>> redeliver(ClientId client, WebhookId id,
                                                DeliveryId delivery) = 0;

  // Whether a request may name this URL for its own end. kValidation where it is malformed, or this
  // server has no secret to sign with.
  virtual Result<void> check_request_url(const std::string& url) const = 0;
};

}  // namespace glovebox
