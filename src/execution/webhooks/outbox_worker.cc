#include "execution/webhooks/outbox_worker.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "execution/webhooks/delivery_plan.h"
#include "execution/webhooks/webhook_signature.h"

namespace glovebox {
namespace {

constexpr std::int64_t kDueAtATime = 64;
// While the store refuses, or nothing can be sent.
constexpr std::chrono::milliseconds kOutboxPause = std::chrono::seconds(1);
constexpr std::size_t kMaxRecordedError = 500;

}  // namespace

OutboxWorker::OutboxWorker(const Deps& deps, Options options)
    : deps_(deps),
      options_(std::move(options)),
      calls_(deps.loop),
      timer_(deps.loop),
      random_(std::random_device()()) {}

void OutboxWorker::wake() {
  woken_ = true;
  timer_.cancel();
}

Awaitable<void> OutboxWorker::work() {
  Result<bool> in_use = co_await deps_.store.webhooks_in_use();
  if (in_use.has_error() || *in_use) in_use_ = true;
  while (!stopped_) {
    Result<void> done = co_await caught(turn());
    if (!done.has_error()) continue;
    spdlog::error("the webhooks' outbox: {}", done.error().message());
    co_await pause();
  }
}

Awaitable<void> OutboxWorker::turn() {
  woken_ = false;
  if (deps_.outbound.outage().empty()) co_await send_due();
  if (!stopped_ && !woken_) co_await sleep();
}

Awaitable<void> OutboxWorker::pause() {
  boost::asio::steady_timer timer(deps_.loop, kOutboxPause);
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await timer.async_wait(token);
}

Awaitable<void> OutboxWorker::stop(std::chrono::milliseconds grace) {
  stopped_ = true;
  timer_.cancel();
  co_await calls_.all_ended(grace);
}

Awaitable<void> OutboxWorker::sleep() {
  std::chrono::milliseconds wait = options_.look_every;
  WallTime now = deps_.clock.wall_now();
  Result<std::optional<WallTime>> next = co_await deps_.store.next_due(now);
  if (next.has_error() || !deps_.outbound.outage().empty()) {
    wait = kOutboxPause;
  } else if (next->has_value()) {
    wait = std::min<std::chrono::milliseconds>(wait, **next - now);
  }
  if (stopped_ || woken_) co_return;
  timer_.expires_after(wait);
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await timer_.async_wait(token);
}

bool OutboxWorker::may_begin(const DueDelivery& due) const {
  if (under_way_.size() >= options_.calls || under_way_.contains(due.delivery.id)) return false;
  auto of_owner = std::count_if(under_way_.begin(), under_way_.end(),
                                [&](const auto& call) { return call.second == due.owner; });
  return static_cast<std::size_t>(of_owner) < options_.calls_of_owner;
}

// What may not begin now is found again when a call has ended, which wakes the worker.
Awaitable<void> OutboxWorker::send_due() {
  if (under_way_.size() >= options_.calls) co_return;
  auto asking = deps_.store.due_deliveries(deps_.clock.wall_now(), kDueAtATime);
  Result<std::vector<DueDelivery>> due = co_await std::move(asking);
  if (due.has_error()) {
    spdlog::warn("the webhooks' outbox cannot be read: {}", due.error().message());
    co_return;
  }
  for (DueDelivery& one : *due) {
    if (stopped_ || !may_begin(one)) continue;
    under_way_[one.delivery.id] = one.owner;
    calls_.spawn("delivery of a webhook", deliver(std::move(one)));
  }
}

OutboundRequest OutboxWorker::request_of(const DueDelivery& due, WallTime now) const {
  std::vector<std::string> secrets = options_.request_secrets;
  if (!due.secret.empty()) {
    secrets = {due.secret};
    if (!due.old_secret.empty() && now < due.old_secret_until) secrets.push_back(due.old_secret);
  }
  auto timestamp = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::string& id = due.delivery.id.str();
  OutboundRequest request;
  request.url = due.url;
  request.body = due.body;
  request.timeout = options_.timeout;
  request.headers = {{"content-type", "application/json"},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(timestamp)},
                     {"webhook-signature", sign_webhook(secrets, id, timestamp, due.body)}};
  return request;
}

Awaitable<void> OutboxWorker::deliver(DueDelivery due) {
  const DeliveryId id = due.delivery.id;
  OutboundRequest request = request_of(due, deps_.clock.wall_now());
  Result<OutboundAnswer> answer = co_await deps_.outbound.send(std::move(request));
  double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  DeliveryAttempt attempt = judge_attempt(due.delivery, answer, deps_.clock.wall_now(), jitter);
  if (attempt.error.size() > kMaxRecordedError) attempt.error.resize(kMaxRecordedError);
  if (!attempt.disable_webhook.empty() && !due.delivery.webhook.str().empty()) {
    spdlog::warn("webhook {} is disabled: {}", due.delivery.webhook.str(), attempt.disable_webhook);
  }
  if (attempt.status == DeliveryStatus::kFailed) {
    spdlog::warn("webhook message {} is not delivered: {}", id.str(), attempt.error);
  }
  co_await record(std::move(attempt));
  under_way_.erase(id);
  wake();
}

// An attempt that is not recorded is repeated: a duplicate message is better than a lost one.
Awaitable<void> OutboxWorker::record(DeliveryAttempt attempt) {
  Result<void> recorded = co_await deps_.store.record_attempt(attempt);
  if (!recorded.has_error()) co_return;
  spdlog::warn("the delivery of webhook message {} is not recorded, and will be repeated: {}",
               attempt.id.str(), recorded.error().message());
  co_await pause();
}

}  // namespace glovebox
