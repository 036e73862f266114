// WebhookStore: webhooks and their outbox.
//
// The outbox has a row for each message that a receiver is owed. JobStore writes these rows in the
// transaction that records the end of a job, or of the last job of a check-up; so no end is
// recorded without them, and none is sent twice on purpose.
//
// Threads and errors: as for JobStore. What belongs to another owner is not found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/webhook.h"

namespace glovebox {

// Of one webhook. Beyond it, a new message is a failed delivery at once.
inline constexpr std::int64_t kMaxPendingDeliveries = 1000;
// Of one webhook; older ones that are no longer pending are removed.
inline constexpr std::int64_t kMaxDeliveryHistory = 100;

// A message that is due, with what it takes to send it.
struct DueDelivery {
  Delivery delivery;
  ClientId owner;
  std::string url;
  std::string body;
  // Empty for a delivery without a webhook.
  std::string secret;
  std::string old_secret;
  WallTime old_secret_until;
};

// What an attempt came to.
struct DeliveryAttempt {
  DeliveryId id;
  DeliveryStatus status = DeliveryStatus::kPending;
  std::optional<WallTime> next_at;  // of a pending one
  WallTime at;
  bool counts = true;  // false: it was our fault, and is no attempt
  std::int64_t http_status = 0;
  std::string error;
  std::string disable_webhook;  // the reason; empty: the webhook stays as it is
};

class WebhookStore {
 public:
  virtual ~WebhookStore() = default;

  // kConflict if its owner has `most` already.
  virtual Awaitable<Result<void>> add_webhook(Webhook webhook, std::int64_t most) = 0;
  virtual Awaitable<Result<std::optional<Webhook>>> find_webhook(ClientId owner, WebhookId id) = 0;
  // Oldest first.
  virtual Awaitable<Result<std::vector<Webhook>>> webhooks_of(ClientId owner) = 0;
  // With its deliveries. False: there is none.
  virtual Awaitable<Result<bool>> remove_webhook(ClientId owner, WebhookId id) = 0;
  // Stores its secrets and `disabled`; the rest does not change.
  virtual Awaitable<Result<void>> update_webhook(Webhook webhook) = 0;

  // Whether there is a webhook or a message of any owner.
  virtual Awaitable<Result<bool>> webhooks_in_use() = 0;

  // A test: a message without a subject. kConflict while an earlier one is pending.
  virtual Awaitable<Result<Delivery>> add_test(Webhook webhook, WallTime now) = 0;
  // Newest first, at most `limit`.
  virtual Awaitable<Result<std::vector<Delivery>>> deliveries_of(WebhookId webhook,
                                                                 std::int64_t limit) = 0;
  // Makes it pending again, without attempts. Nothing: there is none.
  virtual Awaitable<Result<std::optional<Delivery>>> redeliver(WebhookId webhook, DeliveryId id,
                                                               WallTime now) = 0;

  // At most `limit`, and two of each webhook; the longest due first.
  virtual Awaitable<Result<std::vector<DueDelivery>>> due_deliveries(WallTime now,
                                                                     std::int64_t limit) = 0;
  // When the next one after `now` is due.
  virtual Awaitable<Result<std::optional<WallTime>>> next_due(WallTime now) = 0;
  // A delivery without a webhook is removed at its end.
  virtual Awaitable<Result<void>> record_attempt(DeliveryAttempt attempt) = 0;
};

}  // namespace glovebox
