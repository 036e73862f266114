#include "execution/webhooks/webhook_service.h"

#include <fmt/format.h>

#include <utility>

#include "execution/public_error.h"
#include "execution/webhooks/webhook_signature.h"
#include "outbound/https_call.h"

namespace glovebox {
namespace {

// How long the earlier secret goes on signing.
constexpr std::chrono::hours kRotationTime{24};

Error no_such_webhook(const WebhookId& id) {
  return not_found(fmt::format("no webhook \"{}\"", id.str()));
}

}  // namespace

Awaitable<Result<Webhook>> WebhookService::create(ClientId client, NewWebhook wanted) {
  GB_CO_TRY_VOID(parse_outbound_url(wanted.url));
  Webhook webhook;
  webhook.id = new_webhook_id();
  webhook.owner = std::move(client);
  webhook.url = std::move(wanted.url);
  webhook.events = std::move(wanted.events);
  webhook.created_at = deps_.clock.wall_now();
  webhook.secret = new_webhook_secret();
  deps_.begin_use();
  Result<void> added = co_await deps_.store.add_webhook(webhook, options_.most_per_client);
  if (added.has_error()) co_return public_error("could not store the webhook", added.error());
  co_return webhook;
}

Awaitable<Result<std::vector<Webhook>>> WebhookService::list(ClientId client) {
  Result<std::vector<Webhook>> found = co_await deps_.store.webhooks_of(std::move(client));
  if (found.has_error()) co_return public_error("could not list the webhooks", found.error());
  co_return found;
}

Awaitable<Result<Webhook>> WebhookService::find(ClientId client, WebhookId id) {
  auto asking = deps_.store.find_webhook(std::move(client), id);
  Result<std::optional<Webhook>> found = co_await std::move(asking);
  if (found.has_error()) co_return public_error("could not look the webhook up", found.error());
  if (!found->has_value()) co_return no_such_webhook(id);
  co_return std::move(**found);
}

Awaitable<Result<void>> WebhookService::remove(ClientId client, WebhookId id) {
  auto asking = deps_.store.remove_webhook(std::move(client), id);
  Result<bool> removed = co_await std::move(asking);
  if (removed.has_error()) co_return public_error("could not delete the webhook", removed.error());
  if (!*removed) co_return no_such_webhook(id);
  co_return ok();
}

Awaitable<Result<Webhook>> WebhookService::store_change(Webhook webhook) {
  Result<void> stored = co_await deps_.store.update_webhook(webhook);
  if (stored.has_error()) co_return public_error("could not change the webhook", stored.error());
  co_return webhook;
}

Awaitable<Result<Webhook>> WebhookService::rotate_secret(ClientId client, WebhookId id) {
  auto finding = find(std::move(client), std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(finding));
  webhook.old_secret = std::exchange(webhook.secret, new_webhook_secret());
  webhook.old_secret_until = deps_.clock.wall_now() + kRotationTime;
  co_return co_await store_change(std::move(webhook));
}

Awaitable<Result<Webhook>> WebhookService::enable(ClientId client, WebhookId id) {
  auto finding = find(std::move(client), std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(finding));
  webhook.disabled.clear();
  co_return co_await store_change(std::move(webhook));
}

Awaitable<Result<Webhook>> WebhookService::find_active(ClientId client, WebhookId id) {
  auto finding = find(std::move(client), std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(finding));
  if (webhook.disabled.empty()) co_return webhook;
  co_return Error(ErrorKind::kConflict,
                  fmt::format("the webhook is disabled: {}; POST /api/webhooks/{}/enable first",
                              webhook.disabled, webhook.id.str()));
}

Awaitable<Result<Delivery>> WebhookService::test(ClientId client, WebhookId id) {
  auto finding = find_active(std::move(client), std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(finding));
  auto adding = deps_.store.add_test(std::move(webhook), deps_.clock.wall_now());
  Result<Delivery> added = co_await std::move(adding);
  if (added.has_error()) co_return public_error("could not store the test", added.error());
  deps_.wake();
  co_return added;
}

Awaitable<Result<std::vector<Delivery>>> WebhookService::deliveries(ClientId client, WebhookId id) {
  auto finding = find(std::move(client), std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(finding));
  constexpr std::int64_t kMost = kMaxDeliveryHistory + kMaxPendingDeliveries;
  auto asking = deps_.store.deliveries_of(webhook.id, kMost);
  Result<std::vector<Delivery>> found = co_await std::move(asking);
  if (found.has_error()) co_return public_error("could not list the deliveries", found.error());
  co_return found;
}

Awaitable<Result<Delivery>> WebhookService::redeliver(ClientId client, WebhookId id,
                                                      DeliveryId delivery) {
  auto finding = find_active(std::move(client), std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(finding));
  auto asking = deps_.store.redeliver(webhook.id, delivery, deps_.clock.wall_now());
  Result<std::optional<Delivery>> found = co_await std::move(asking);
  if (found.has_error()) co_return public_error("could not store the delivery", found.error());
  if (!found->has_value()) {
    co_return not_found(fmt::format("no delivery \"{}\" of this webhook", delivery.str()));
  }
  deps_.wake();
  co_return std::move(**found);
}

Result<void> WebhookService::check_request_url(const std::string& url) const {
  if (!options_.signs_requests) {
    return validation_error(
               "this server has no secret for webhooks of requests (secret_file of [webhooks]); "
               "leave \"webhook\" out, or subscribe with POST /api/webhooks")
        .with("field", "webhook");
  }
  Result<UrlParts> parts = parse_outbound_url(url);
  if (parts.has_error()) return std::move(parts).error().with("field", "webhook.url");
  deps_.begin_use();
  return ok();
}

}  // namespace glovebox
