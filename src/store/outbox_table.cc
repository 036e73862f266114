#include "store/outbox_table.h"

#include <algorithm>
#include <string>
#include <utility>

#include "store/checkup_table.h"
#include "store/time_column.h"
#include "store/webhook_table.h"

namespace glovebox::outbox_table {
namespace {

// Of a delivery, as read_delivery() expects them. A macro, because statements are identified by
// their literal.
#define DELIVERY_COLUMNS                                                                   \
  "d.id, d.webhook_id, d.event, d.subject, d.created_at, d.status, d.attempts, d.next_at," \
  " d.last_at, d.last_status, d.last_error"

WebhookEvent event_of(const std::string& name) {
  return parse_webhook_event(name).value_or(WebhookEvent::kTest);
}

Delivery read_delivery(const SqliteStatement& row) {
  Delivery delivery;
  delivery.id = DeliveryId(row.text(0));
  delivery.webhook = WebhookId(row.text(1));
  delivery.event = event_of(row.text(2));
  delivery.subject = row.text(3);
  delivery.created_at = from_column(row.number(4));
  delivery.status = parse_delivery_status(row.text(5)).value_or(DeliveryStatus::kFailed);
  delivery.attempts = row.number(6);
  delivery.next_at = from_column(row.optional_number(7));
  delivery.last_at = from_column(row.optional_number(8));
  delivery.last_status = row.number(9);
  delivery.last_error = row.text(10);
  return delivery;
}

struct NewDelivery {
  ClientId owner;
  WebhookId webhook;  // empty: none
  std::string url;
  WebhookEvent event;
  std::string subject;
  WallTime now;
};

Result<bool> is_full(SqliteDatabase& database, const WebhookId& webhook) {
  if (webhook.str().empty()) return false;
  GB_TRY(SqliteStatement count, database.prepare("SELECT count(*) FROM webhook_deliveries"
                                                 " WHERE webhook_id = ? AND next_at IS NOT NULL"));
  count.bind(0, webhook.str());
  GB_TRY_VOID(count.step());
  return count.number(0) >= kMaxPendingDeliveries;
}

// No effect if the receiver is owed this message already.
Result<Delivery> insert(SqliteDatabase& database, const NewDelivery& added,
                        const std::string& body) {
  GB_TRY(bool full, is_full(database, added.webhook));
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT OR IGNORE INTO webhook_deliveries (id, webhook_id, owner, url,"
                          " event, subject, body, created_at, next_at, status, last_error)"
                          " VALUES (?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  Delivery delivery;
  delivery.id = new_delivery_id();
  delivery.webhook = added.webhook;
  delivery.event = added.event;
  delivery.subject = added.subject;
  delivery.created_at = added.now;
  if (full) {
    delivery.status = DeliveryStatus::kFailed;
    delivery.last_error = "too many messages of this webhook are waiting";
  } else {
    delivery.next_at = added.now;
  }
  insert.bind(0, delivery.id.str());
  insert.bind(1, added.webhook.str());
  insert.bind(2, added.owner.str());
  insert.bind(3, added.url);
  insert.bind(4, webhook_event_name(added.event));
  insert.bind(5, added.subject);
  insert.bind_blob(6, body);
  insert.bind(7, to_column(added.now));
  insert.bind(8, to_column(delivery.next_at));
  insert.bind(9, delivery_status_name(delivery.status));
  insert.bind(10, delivery.last_error);
  GB_TRY_VOID(insert.run());
  return delivery;
}

// To the subscribers, and to the URL of the request.
Result<void> tell(SqliteDatabase& database, NewDelivery message, const std::string& request_url,
                  const std::string& body) {
  GB_TRY(std::vector<Webhook> all, webhook_table::find_all(database, message.owner));
  for (const Webhook& webhook : all) {
    bool wants = webhook.disabled.empty() && std::find(webhook.events.begin(), webhook.events.end(),
                                                       message.event) != webhook.events.end();
    if (!wants) continue;
    message.webhook = webhook.id;
    message.url = webhook.url;
    GB_TRY_VOID(insert(database, message, body));
  }
  if (request_url.empty()) return ok();
  message.webhook = WebhookId();
  message.url = request_url;
  GB_TRY_VOID(insert(database, message, body));
  return ok();
}

// The webhooks that may get the end of a job.
struct Listeners {
  std::string job_url;
  CheckupId checkup;
  std::string checkup_url;
  bool subscribed = false;

  bool any() const { return subscribed || !job_url.empty() || !checkup_url.empty(); }
};

Result<Listeners> find_listeners(SqliteDatabase& database, const JobId& job) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT jobs.webhook, checkups.id, checkups.webhook, EXISTS"
                          " (SELECT 1 FROM webhooks WHERE webhooks.owner = jobs.owner) FROM jobs"
                          " LEFT JOIN checkup_jobs ON job_id = jobs.id"
                          " LEFT JOIN checkups ON checkups.id = checkup_id WHERE jobs.id = ?"));
  select.bind(0, job.str());
  GB_TRY(bool found, select.step());
  if (!found) return Listeners();
  return Listeners{select.text(0), CheckupId(select.text(1)), select.text(2),
                   select.number(3) != 0};
}

// Without a webhook nobody can ask for it.
Result<void> remove_unlisted(SqliteDatabase& database, const DeliveryId& id) {
  GB_TRY(SqliteStatement remove,
         database.prepare("DELETE FROM webhook_deliveries WHERE id = ? AND webhook_id IS NULL"));
  remove.bind(0, id.str());
  return remove.run();
}

Result<void> trim_history(SqliteDatabase& database, const DeliveryId& id) {
  GB_TRY(
      SqliteStatement remove,
      database.prepare("DELETE FROM webhook_deliveries WHERE next_at IS NULL AND webhook_id ="
                       " (SELECT webhook_id FROM webhook_deliveries WHERE id = ?1) AND id NOT IN"
                       " (SELECT id FROM webhook_deliveries WHERE next_at IS NULL AND webhook_id ="
                       " (SELECT webhook_id FROM webhook_deliveries WHERE id = ?1)"
                       " ORDER BY created_at DESC, id DESC LIMIT ?2)"));
  remove.bind(0, id.str());
  remove.bind(1, kMaxDeliveryHistory);
  return remove.run();
}

Result<void> disable_webhook_of(SqliteDatabase& database, const DeliveryAttempt& attempt) {
  GB_TRY(SqliteStatement disable,
         database.prepare("UPDATE webhooks SET disabled = ?1 WHERE id ="
                          " (SELECT webhook_id FROM webhook_deliveries WHERE id = ?2)"));
  disable.bind(0, attempt.disable_webhook);
  disable.bind(1, attempt.id.str());
  GB_TRY_VOID(disable.run());
  GB_TRY(SqliteStatement fail,
         database.prepare(
             "UPDATE webhook_deliveries SET status = 'failed', next_at = NULL, last_error = ?1"
             " WHERE next_at IS NOT NULL AND webhook_id ="
             " (SELECT webhook_id FROM webhook_deliveries WHERE id = ?2)"));
  fail.bind(0, attempt.disable_webhook);
  fail.bind(1, attempt.id.str());
  return fail.run();
}

}  // namespace

Result<void> note_end(SqliteDatabase& database, const Job& job) {
  GB_TRY(Listeners listeners, find_listeners(database, job.id));
  if (!listeners.any()) return ok();
  NewDelivery message;
  message.owner = job.owner;
  message.event = WebhookEvent::kJobCompleted;
  message.subject = job.id.str();
  message.now = job.finished_at.value_or(job.created_at);
  GB_TRY_VOID(tell(database, message, listeners.job_url, webhook_body(job, listeners.checkup)));
  if (listeners.checkup.str().empty()) return ok();
  GB_TRY(std::optional<Checkup> checkup, checkup_table::find(database, listeners.checkup));
  if (!checkup || !checkup->finished_at()) return ok();
  message.event = WebhookEvent::kCheckupCompleted;
  message.subject = checkup->id.str();
  return tell(database, message, listeners.checkup_url, webhook_body(*checkup));
}

Result<Delivery> add_test(SqliteDatabase& database, const Webhook& webhook, WallTime now) {
  GB_TRY(SqliteStatement pending,
         database.prepare("SELECT 1 FROM webhook_deliveries WHERE webhook_id = ?"
                          " AND event = 'webhook.test' AND next_at IS NOT NULL"));
  pending.bind(0, webhook.id.str());
  GB_TRY(bool earlier, pending.step());
  if (earlier) {
    return Error(ErrorKind::kConflict, "an earlier test of this webhook is still under way");
  }
  NewDelivery message{webhook.owner, webhook.id, webhook.url, WebhookEvent::kTest, {}, now};
  // Each test is a message of its own.
  message.subject = new_delivery_id().str();
  return insert(database, message, webhook_test_body(webhook.id, now));
}

Result<std::vector<Delivery>> find_all(SqliteDatabase& database, const WebhookId& webhook,
                                       std::int64_t limit) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT " DELIVERY_COLUMNS " FROM webhook_deliveries d"
                          " WHERE webhook_id = ? ORDER BY created_at DESC, id DESC LIMIT ?"));
  select.bind(0, webhook.str());
  select.bind(1, limit);
  std::vector<Delivery> found;
  for (;;) {
    GB_TRY(bool more, select.step());
    if (!more) return found;
    found.push_back(read_delivery(select));
  }
}

Result<std::optional<Delivery>> redeliver(SqliteDatabase& database, const WebhookId& webhook,
                                          const DeliveryId& id, WallTime now) {
  GB_TRY(SqliteStatement update,
         database.prepare("UPDATE webhook_deliveries SET status = 'pending', attempts = 0,"
                          " next_at = ? WHERE id = ? AND webhook_id = ?"));
  update.bind(0, to_column(now));
  update.bind(1, id.str());
  update.bind(2, webhook.str());
  GB_TRY_VOID(update.run());
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT " DELIVERY_COLUMNS " FROM webhook_deliveries d"
                          " WHERE id = ? AND webhook_id = ?"));
  select.bind(0, id.str());
  select.bind(1, webhook.str());
  GB_TRY(bool found, select.step());
  return found ? std::optional(read_delivery(select)) : std::nullopt;
}

Result<std::vector<DueDelivery>> due(SqliteDatabase& database, WallTime now, std::int64_t limit) {
  GB_TRY(SqliteStatement select,
         database.prepare(
             "SELECT " DELIVERY_COLUMNS
             ", d.owner, coalesce(w.url, d.url), d.body, w.secret, w.old_secret,"
             " coalesce(w.old_secret_until, 0) FROM (SELECT id, next_at, row_number() OVER"
             " (PARTITION BY coalesce(webhook_id, id) ORDER BY next_at) AS turn"
             " FROM webhook_deliveries WHERE next_at <= ?1) ready"
             " JOIN webhook_deliveries d ON d.id = ready.id LEFT JOIN webhooks w"
             " ON w.id = d.webhook_id WHERE turn <= 2 ORDER BY ready.next_at LIMIT ?2"));
  select.bind(0, to_column(now));
  select.bind(1, limit);
  std::vector<DueDelivery> found;
  for (;;) {
    GB_TRY(bool more, select.step());
    if (!more) return found;
    found.push_back({read_delivery(select), ClientId(select.text(11)), select.text(12),
                     select.text(13), select.text(14), select.text(15),
                     from_column(select.number(16))});
  }
}

Result<std::optional<WallTime>> next_due(SqliteDatabase& database, WallTime now) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT min(next_at) FROM webhook_deliveries WHERE next_at > ?"));
  select.bind(0, to_column(now));
  GB_TRY_VOID(select.step());
  return from_column(select.optional_number(0));
}

Result<void> record_attempt(SqliteDatabase& database, const DeliveryAttempt& attempt) {
  GB_TRY(SqliteStatement update,
         database.prepare("UPDATE webhook_deliveries SET status = ?, attempts = attempts + ?,"
                          " next_at = ?, last_at = ?, last_status = ?, last_error = ?"
                          " WHERE id = ?"));
  update.bind(0, delivery_status_name(attempt.status));
  update.bind(1, std::int64_t{attempt.counts});
  update.bind(2, to_column(attempt.next_at));
  update.bind(3, to_column(attempt.at));
  update.bind(4, attempt.http_status);
  update.bind(5, attempt.error);
  update.bind(6, attempt.id.str());
  GB_TRY_VOID(update.run());
  if (!attempt.disable_webhook.empty()) GB_TRY_VOID(disable_webhook_of(database, attempt));
  if (attempt.next_at) return ok();
  GB_TRY_VOID(trim_history(database, attempt.id));
  return remove_unlisted(database, attempt.id);
}

#undef DELIVERY_COLUMNS

}  // namespace glovebox::outbox_table
