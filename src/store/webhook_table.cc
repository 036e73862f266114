#include "store/webhook_table.h"

#include <fmt/format.h>

#include "store/time_column.h"

namespace glovebox::webhook_table {
namespace {

constexpr WebhookEvent kEvents[] = {WebhookEvent::kJobCompleted, WebhookEvent::kCheckupCompleted};

std::int64_t bits_of(const std::vector<WebhookEvent>& events) {
  std::int64_t bits = 0;
  for (WebhookEvent event : events) bits |= std::int64_t{1} << static_cast<int>(event);
  return bits;
}

std::vector<WebhookEvent> events_of(std::int64_t bits) {
  std::vector<WebhookEvent> events;
  for (WebhookEvent event : kEvents) {
    if (bits & std::int64_t{1} << static_cast<int>(event)) events.push_back(event);
  }
  return events;
}

#define SELECT_WEBHOOKS                                                                       \
  "SELECT id, owner, url, events, created_at, secret, old_secret, old_secret_until, disabled" \
  " FROM webhooks"

Webhook read_webhook(const SqliteStatement& row) {
  Webhook webhook;
  webhook.id = WebhookId(row.text(0));
  webhook.owner = ClientId(row.text(1));
  webhook.url = row.text(2);
  webhook.events = events_of(row.number(3));
  webhook.created_at = from_column(row.number(4));
  webhook.secret = row.text(5);
  webhook.old_secret = row.text(6);
  webhook.old_secret_until = from_column(row.number(7));
  webhook.disabled = row.text(8);
  return webhook;
}

Result<std::int64_t> count_of(SqliteDatabase& database, const ClientId& owner) {
  GB_TRY(SqliteStatement count, database.prepare("SELECT count(*) FROM webhooks WHERE owner = ?"));
  count.bind(0, owner.str());
  GB_TRY_VOID(count.step());
  return count.number(0);
}

}  // namespace

Result<void> insert(SqliteDatabase& database, const Webhook& webhook, std::int64_t most) {
  GB_TRY(std::int64_t count, count_of(database, webhook.owner));
  if (count >= most) {
    return Error(ErrorKind::kConflict, fmt::format("this client has {} webhooks; the limit is {}; "
                                                   "delete one first",
                                                   count, most));
  }
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO webhooks (id, owner, url, events, created_at, secret)"
                          " VALUES (?, ?, ?, ?, ?, ?)"));
  insert.bind(0, webhook.id.str());
  insert.bind(1, webhook.owner.str());
  insert.bind(2, webhook.url);
  insert.bind(3, bits_of(webhook.events));
  insert.bind(4, to_column(webhook.created_at));
  insert.bind(5, webhook.secret);
  return insert.run();
}

Result<std::optional<Webhook>> find(SqliteDatabase& database, const ClientId& owner,
                                    const WebhookId& id) {
  GB_TRY(SqliteStatement select, database.prepare(SELECT_WEBHOOKS " WHERE id = ? AND owner = ?"));
  select.bind(0, id.str());
  select.bind(1, owner.str());
  GB_TRY(bool found, select.step());
  return found ? std::optional(read_webhook(select)) : std::nullopt;
}

Result<std::vector<Webhook>> find_all(SqliteDatabase& database, const ClientId& owner) {
  GB_TRY(SqliteStatement select,
         database.prepare(SELECT_WEBHOOKS " WHERE owner = ? ORDER BY created_at, id"));
  select.bind(0, owner.str());
  std::vector<Webhook> found;
  for (;;) {
    GB_TRY(bool more, select.step());
    if (!more) return found;
    found.push_back(read_webhook(select));
  }
}

Result<bool> remove(SqliteDatabase& database, const ClientId& owner, const WebhookId& id) {
  GB_TRY(SqliteStatement remove,
         database.prepare("DELETE FROM webhooks WHERE id = ? AND owner = ?"));
  remove.bind(0, id.str());
  remove.bind(1, owner.str());
  GB_TRY_VOID(remove.run());
  return database.changes() > 0;
}

Result<bool> in_use(SqliteDatabase& database) {
  GB_TRY(SqliteStatement select, database.prepare("SELECT EXISTS (SELECT 1 FROM webhooks)"
                                                  " OR EXISTS (SELECT 1 FROM webhook_deliveries)"));
  GB_TRY_VOID(select.step());
  return select.number(0) != 0;
}

Result<void> update(SqliteDatabase& database, const Webhook& webhook) {
  GB_TRY(SqliteStatement update,
         database.prepare("UPDATE webhooks SET secret = ?, old_secret = ?, old_secret_until = ?,"
                          " disabled = ? WHERE id = ?"));
  update.bind(0, webhook.secret);
  update.bind(1, webhook.old_secret);
  update.bind(2, to_column(webhook.old_secret_until));
  update.bind(3, webhook.disabled);
  update.bind(4, webhook.id.str());
  return update.run();
}

#undef SELECT_WEBHOOKS

}  // namespace glovebox::webhook_table
