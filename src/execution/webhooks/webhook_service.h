// WebhookService: Webhooks, in the store. Threads: the event loop.
#pragma once

#include <functional>

#include "base/clock.h"
#include "execution/webhooks.h"
#include "store/webhook_store.h"

namespace glovebox {

class WebhookService final : public Webhooks {
 public:
  struct Deps {
    WebhookStore& store;
    const Clock& clock;
    std::function<void()> wake;       // there is a message to send
    std::function<void()> begin_use;  // there will be messages
  };
  struct Options {
    std::int64_t most_per_client = 10;
    bool signs_requests = false;  // whether there is a secret for URLs of requests
  };
  WebhookService(Deps deps, const Options& options) : deps_(std::move(deps)), options_(options) {}

  Awaitable<Result<Webhook>> create(ClientId client, NewWebhook wanted) override;
  Awaitable<Result<std::vector<Webhook>>> list(ClientId client) override;
  Awaitable<Result<Webhook>> find(ClientId client, WebhookId id) override;
  Awaitable<Result<void>> remove(ClientId client, WebhookId id) override;
  Awaitable<Result<Webhook>> rotate_secret(ClientId client, WebhookId id) override;
  Awaitable<Result<Webhook>> enable(ClientId client, WebhookId id) override;
  Awaitable<Result<Delivery>> test(ClientId client, WebhookId id) override;
  Awaitable<Result<std::vector<Delivery>>> deliveries(ClientId client, WebhookId id) override;
  Awaitable<Result<Delivery>> redeliver(ClientId client, WebhookId id,
                                        DeliveryId delivery) override;
  Result<void> check_request_url(const std::string& url) const override;

 private:
  Awaitable<Result<Webhook>> find_active(ClientId client, WebhookId id);
  Awaitable<Result<Webhook>> store_change(Webhook webhook);

  Deps deps_;
  Options options_;
};

}  // namespace glovebox
