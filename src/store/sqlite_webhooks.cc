// The WebhookStore of SqliteStore.
#include <utility>

#include "store/outbox_table.h"
#include "store/sqlite_store.h"
#include "store/store_request.h"
#include "store/webhook_table.h"

namespace glovebox {
namespace {

constexpr auto kDurable = StoreThread::Kind::kDurableWrite;
constexpr auto kQuickWrite = StoreThread::Kind::kWrite;
constexpr auto kOnlyRead = StoreThread::Kind::kRead;
constexpr auto kWithinRoom = StoreThread::Room::kIfThereIs;
template <class T>
using HookWork = std::function<Result<T>(SqliteDatabase&)>;

}  // namespace

Awaitable<Result<void>> SqliteStore::add_webhook(Webhook webhook, std::int64_t most) {
  HookWork<void> work = [webhook = std::move(webhook), most](SqliteDatabase& database) {
    return webhook_table::insert(database, webhook, most);
  };
  return perform<void>(thread_, kDurable, kWithinRoom, std::move(work));
}

Awaitable<Result<std::optional<Webhook>>> SqliteStore::find_webhook(ClientId owner, WebhookId id) {
  HookWork<std::optional<Webhook>> work = [owner = std::move(owner),
                                           id = std::move(id)](SqliteDatabase& database) {
    return webhook_table::find(database, owner, id);
  };
  return perform(thread_, kOnlyRead, kWithinRoom, std::move(work));
}

Awaitable<Result<std::vector<Webhook>>> SqliteStore::webhooks_of(ClientId owner) {
  HookWork<std::vector<Webhook>> work = [owner = std::move(owner)](SqliteDatabase& database) {
    return webhook_table::find_all(database, owner);
  };
  return perform(thread_, kOnlyRead, kWithinRoom, std::move(work));
}

Awaitable<Result<bool>> SqliteStore::remove_webhook(ClientId owner, WebhookId id) {
  HookWork<bool> work = [owner = std::move(owner), id = std::move(id)](SqliteDatabase& database) {
    return webhook_table::remove(database, owner, id);
  };
  return perform(thread_, kDurable, kWithinRoom, std::move(work));
}

Awaitable<Result<void>> SqliteStore::update_webhook(Webhook webhook) {
  HookWork<void> work = [webhook = std::move(webhook)](SqliteDatabase& database) {
    return webhook_table::update(database, webhook);
  };
  return perform<void>(thread_, kDurable, kWithinRoom, std::move(work));
}

Awaitable<Result<bool>> SqliteStore::webhooks_in_use() {
  HookWork<bool> work = webhook_table::in_use;
  return perform(thread_, kOnlyRead, kWithinRoom, std::move(work));
}

Awaitable<Result<Delivery>> SqliteStore::add_test(Webhook webhook, WallTime now) {
  HookWork<Delivery> work = [webhook = std::move(webhook), now](SqliteDatabase& database) {
    return outbox_table::add_test(database, webhook, now);
  };
  return perform(thread_, kDurable, kWithinRoom, std::move(work));
}

Awaitable<Result<std::vector<Delivery>>> SqliteStore::deliveries_of(WebhookId webhook,
                                                                    std::int64_t limit) {
  HookWork<std::vector<Delivery>> work = [webhook = std::move(webhook),
                                          limit](SqliteDatabase& database) {
    return outbox_table::find_all(database, webhook, limit);
  };
  return perform(thread_, kOnlyRead, kWithinRoom, std::move(work));
}

Awaitable<Result<std::optional<Delivery>>> SqliteStore::redeliver(WebhookId webhook, DeliveryId id,
                                                                  WallTime now) {
  HookWork<std::optional<Delivery>> work = [webhook = std::move(webhook), id = std::move(id),
                                            now](SqliteDatabase& database) {
    return outbox_table::redeliver(database, webhook, id, now);
  };
  return perform(thread_, kDurable, kWithinRoom, std::move(work));
}

Awaitable<Result<std::vector<DueDelivery>>> SqliteStore::due_deliveries(WallTime now,
                                                                        std::int64_t limit) {
  HookWork<std::vector<DueDelivery>> work = [now, limit](SqliteDatabase& database) {
    return outbox_table::due(database, now, limit);
  };
  return perform(thread_, kOnlyRead, kWithinRoom, std::move(work));
}

Awaitable<Result<std::optional<WallTime>>> SqliteStore::next_due(WallTime now) {
  HookWork<std::optional<WallTime>> work = [now](SqliteDatabase& database) {
    return outbox_table::next_due(database, now);
  };
  return perform(thread_, kOnlyRead, kWithinRoom, std::move(work));
}

Awaitable<Result<void>> SqliteStore::record_attempt(DeliveryAttempt attempt) {
  HookWork<void> work = [attempt = std::move(attempt)](SqliteDatabase& database) {
    return outbox_table::record_attempt(database, attempt);
  };
  return perform<void>(thread_, kQuickWrite, kWithinRoom, std::move(work));
}

}  // namespace glovebox
