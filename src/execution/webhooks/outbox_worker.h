// OutboxWorker: sends the messages of the outbox when they are due, and records what became of
// them.
//
// At least once: a message stays pending in the store until an attempt is recorded, so that one
// whose answer was lost with this process is sent again by the next, with the same id. Threads: the
// event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "execution/async/background_tasks.h"
#include "execution/async/signal.h"
#include "execution/job_observer.h"
#include "outbound/outbound.h"
#include "store/webhook_store.h"

namespace glovebox {

class OutboxWorker final : public JobObserver {
 public:
  struct Deps {
    boost::asio::io_context& loop;
    WebhookStore& store;
    Outbound& outbound;
    const Clock& clock;
  };
  struct Options {
    // Sign messages without a webhook of their own. The first signs first.
    std::vector<std::string> request_secrets;
    // At one time. Fewer than kMaxOutboundCalls: sign-in uses the sender, too.
    std::size_t calls = 6;
    std::size_t calls_of_owner = 3;
    // How often to look for due messages that nobody announced.
    std::chrono::milliseconds look_every = std::chrono::seconds(60);
    std::chrono::milliseconds timeout = std::chrono::seconds(15);
  };
  OutboxWorker(const Deps& deps, Options options);

  // Until stop().
  Awaitable<void> work();
  // Calls under way go on for at most `grace`; what is cut off is sent again by the next process.
  Awaitable<void> stop(std::chrono::milliseconds grace);
  // There may be a due message.
  void wake();
  // There is a webhook, or will be: from here on ends of jobs wake the worker. Before, they cost
  // nothing.
  void begin_use() { in_use_ = true; }

  void job_recorded(const Job&) override {
    if (in_use_) wake();
  }

 private:
  Awaitable<void> turn();
  Awaitable<void> send_due();
  Awaitable<void> sleep();
  Awaitable<void> pause();
  bool may_begin(const DueDelivery& due) const;
  Awaitable<void> deliver(DueDelivery due);
  Awaitable<void> record(DeliveryAttempt attempt);
  OutboundRequest request_of(const DueDelivery& due, WallTime now) const;

  Deps deps_;
  Options options_;
  BackgroundTasks calls_;
  std::map<DeliveryId, ClientId> under_way_;
  boost::asio::steady_timer timer_;
  std::minstd_rand random_;
  bool in_use_ = false;
  bool woken_ = false;
  bool stopped_ = false;
};

}  // namespace glovebox
