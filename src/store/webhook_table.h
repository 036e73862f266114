// The table of webhooks. Blocks; used on the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/webhook.h"
#include "store/sqlite.h"

namespace glovebox::webhook_table {

// kConflict if its owner has `most` already.
Result<void> insert(SqliteDatabase& database, const Webhook& webhook, std::int64_t most);
Result<std::optional<Webhook>> find(SqliteDatabase& database, const ClientId& owner,
                                    const WebhookId& id);
Result<std::vector<Webhook>> find_all(SqliteDatabase& database, const ClientId& owner);
Result<bool> remove(SqliteDatabase& database, const ClientId& owner, const WebhookId& id);
// Whether there is a webhook or a delivery of any owner.
Result<bool> in_use(SqliteDatabase& database);
Result<void> update(SqliteDatabase& database, const Webhook& webhook);

}  // namespace glovebox::webhook_table
