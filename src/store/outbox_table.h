// The table of deliveries. Blocks; used on the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "store/sqlite.h"
#include "store/webhook_store.h"

namespace glovebox::outbox_table {

// Adds the messages about the end of a job, which is in its row already, and about its check-up if
// this was the last job. Call in the same transaction. Repeated, it adds nothing.
Result<void> note_end(SqliteDatabase& database, const Job& job);

Result<Delivery> add_test(SqliteDatabase& database, const Webhook& webhook, WallTime now);
Result<std::vector<Delivery>> find_all(SqliteDatabase& database, const WebhookId& webhook,
                                       std::int64_t limit);
Result<std::optional<Delivery>> redeliver(SqliteDatabase& database, const WebhookId& webhook,
                                          const DeliveryId& id, WallTime now);
Result<std::vector<DueDelivery>> due(SqliteDatabase& database, WallTime now, std::int64_t limit);
Result<std::optional<WallTime>> next_due(SqliteDatabase& database, WallTime now);
Result<void> record_attempt(SqliteDatabase& database, const DeliveryAttempt& attempt);

}  // namespace glovebox::outbox_table
