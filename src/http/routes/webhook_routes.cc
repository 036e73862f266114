#include <algorithm>
#include <boost/json/array.hpp>

#include "execution/webhooks.h"
#include "http/http_options.h"
#include "http/routes/json_body.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/routes/submission.h"

namespace glovebox {
namespace {

Result<NewWebhook> parse_webhook_body(std::string_view text) {
  GB_TRY(auto object, parse_json_object(text));
  JsonFields fields(std::move(object));
  NewWebhook wanted;
  GB_TRY(wanted.url, fields.required_string("url"));
  GB_TRY(auto events, fields.optional_strings("events"));
  GB_TRY_VOID(fields.refuse_unknown());
  if (!events) events = {"job.completed", "checkup.completed"};
  for (const std::string& name : *events) {
    std::optional<WebhookEvent> event = parse_webhook_event(name);
    if (!event) {
      return validation_error("\"events\" may hold \"job.completed\" and \"checkup.completed\".")
          .with("field", "events")
          .with("observed", name);
    }
    bool repeated = std::ranges::find(wanted.events, *event) != wanted.events.end();
    if (!repeated) wanted.events.push_back(*event);
  }
  if (wanted.events.empty()) {
    return validation_error("\"events\" must not be empty.").with("field", "events");
  }
  return wanted;
}

HttpResponse with_secret(int status, const Webhook& webhook) {
  boost::json::object body = to_json(webhook);
  body["secret"] = webhook.secret;
  HttpResponse response = json_response(status, body);
  response.fields.push_back({"Cache-Control", "no-store"});
  return response;
}

Awaitable<Result<HttpResponse>> post_webhook(Exchange& exchange, Webhooks& webhooks) {
  GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  std::size_t limit = exchange.options.json_body.bytes();
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  GB_CO_TRY(std::string text, co_await read_text(exchange, limit, memory));
  GB_CO_TRY(NewWebhook wanted, parse_webhook_body(text));
  auto creating = webhooks.create(exchange.request.client, std::move(wanted));
  GB_CO_TRY(Webhook webhook, co_await std::move(creating));
  HttpResponse response = with_secret(201, webhook);
  response.fields.push_back({"Location", "/api/webhooks/" + webhook.id.str()});
  co_return response;
}

Awaitable<Result<HttpResponse>> get_webhooks(Exchange& exchange, Webhooks& webhooks) {
  auto asking = webhooks.list(exchange.request.client);
  GB_CO_TRY(std::vector<Webhook> found, co_await std::move(asking));
  boost::json::array list;
  for (const Webhook& webhook : found) list.push_back(to_json(webhook));
  boost::json::object body;
  body["webhooks"] = std::move(list);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_webhook(Exchange& exchange, Webhooks& webhooks) {
  auto asking = webhooks.find(exchange.request.client, WebhookId(exchange.parameter("id")));
  GB_CO_TRY(Webhook webhook, co_await std::move(asking));
  co_return json_response(200, to_json(webhook));
}

Awaitable<Result<HttpResponse>> delete_webhook(Exchange& exchange, Webhooks& webhooks) {
  auto removing = webhooks.remove(exchange.request.client, WebhookId(exchange.parameter("id")));
  GB_CO_TRY_VOID(co_await std::move(removing));
  HttpResponse response;
  response.status = 204;
  co_return response;
}

Awaitable<Result<HttpResponse>> rotate_webhook(Exchange& exchange, Webhooks& webhooks) {
  WebhookId id(exchange.parameter("id"));
  auto rotating = webhooks.rotate_secret(exchange.request.client, std::move(id));
  GB_CO_TRY(Webhook webhook, co_await std::move(rotating));
  co_return with_secret(200, webhook);
}

Awaitable<Result<HttpResponse>> enable_webhook(Exchange& exchange, Webhooks& webhooks) {
  auto enabling = webhooks.enable(exchange.request.client, WebhookId(exchange.parameter("id")));
  GB_CO_TRY(Webhook webhook, co_await std::move(enabling));
  co_return json_response(200, to_json(webhook));
}

Awaitable<Result<HttpResponse>> test_webhook(Exchange& exchange, Webhooks& webhooks) {
  auto testing = webhooks.test(exchange.request.client, WebhookId(exchange.parameter("id")));
  GB_CO_TRY(Delivery delivery, co_await std::move(testing));
  co_return json_response(202, to_json(delivery));
}

Awaitable<Result<HttpResponse>> get_deliveries(Exchange& exchange, Webhooks& webhooks) {
  auto asking = webhooks.deliveries(exchange.request.client, WebhookId(exchange.parameter("id")));
  GB_CO_TRY(std::vector<Delivery> found, co_await std::move(asking));
  boost::json::array list;
  for (const Delivery& delivery : found) list.push_back(to_json(delivery));
  boost::json::object body;
  body["deliveries"] = std::move(list);
  co_return charge_body(exchange.options, json_response(200, body), "the list");
}

Awaitable<Result<HttpResponse>> redeliver(Exchange& exchange, Webhooks& webhooks) {
  WebhookId id(exchange.parameter("id"));
  DeliveryId delivery(exchange.parameter("delivery"));
  auto asking = webhooks.redeliver(exchange.request.client, std::move(id), std::move(delivery));
  GB_CO_TRY(Delivery again, co_await std::move(asking));
  co_return json_response(202, to_json(again));
}

}  // namespace

void add_webhook_routes(Router& router, Webhooks& webhooks) {
  router.add("POST", "/api/webhooks", with(post_webhook, webhooks));
  router.add("GET", "/api/webhooks", with(get_webhooks, webhooks));
  router.add("GET", "/api/webhooks/{id}", with(get_webhook, webhooks));
  router.add("DELETE", "/api/webhooks/{id}", with(delete_webhook, webhooks));
  router.add("POST", "/api/webhooks/{id}/rotate", with(rotate_webhook, webhooks));
  router.add("POST", "/api/webhooks/{id}/enable", with(enable_webhook, webhooks));
  router.add("POST", "/api/webhooks/{id}/test", with(test_webhook, webhooks));
  router.add("GET", "/api/webhooks/{id}/deliveries", with(get_deliveries, webhooks));
  router.add("POST", "/api/webhooks/{id}/deliveries/{delivery}/redeliver",
             with(redeliver, webhooks));
}

}  // namespace glovebox
